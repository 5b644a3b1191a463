"""Wattana (วัฒนา): the shared poverty database of a Thai province, household by household."""

__version__ = "0.1.0"
