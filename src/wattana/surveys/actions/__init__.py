"""Writes of surveys: `visits` (begin, record, hand in, approve) and `bulk` (for the importer)."""
