"""Thai things that other rooms take for granted: IDs, codes, dates, numerals, names. No Django."""
