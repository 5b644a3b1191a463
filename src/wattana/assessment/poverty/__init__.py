"""Poverty measured on a snapshot: an Alkire–Foster measure counted once, asked again and again."""
