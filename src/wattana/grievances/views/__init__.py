"""Pages: the public door, the desk of the handlers, who is a handler."""
