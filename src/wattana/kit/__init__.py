"""Django helpers without any domain: key fields, keyset pages, dates and numbers on screen, charts."""
