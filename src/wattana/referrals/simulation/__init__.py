"""Months of referrals with realistic delays, led through the real actions, and recounted apart."""

from wattana.referrals.simulation.running import Result, simulate

__all__ = ["Result", "simulate"]
