"""Needs, referrals with clocks, assistance and what the household says became of it."""
