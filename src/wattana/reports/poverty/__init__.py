"""The page of a measure of poverty: what the address asks, and its words, tables and pictures."""
