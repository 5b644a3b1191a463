"""Writes of referrals: needs, cases and their steps, batches, help, answers of households."""
