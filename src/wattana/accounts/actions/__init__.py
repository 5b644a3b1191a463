"""Writes: `organizations`, `agreements`, `members`, `own` (what a person does herself)."""
