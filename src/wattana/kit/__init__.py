"""Django helpers without any domain: keys, keyset pages, dates and numbers on screen, charts."""
