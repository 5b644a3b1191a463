"""What every room needs and no room owns: problems, keys, sealed values. No Django."""
