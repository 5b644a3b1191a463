"""Measure the poverty in a file of anybody: `wattana measure`. Needs no database."""
