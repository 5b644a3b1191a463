"""Pages of imports: upload, mapping of columns, report, commit, undo."""
