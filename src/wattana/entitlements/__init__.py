"""Rights and welfare: what each person and household is due, receives, misses, and why."""
