"""Writes of the registry: each checks permission and scope, is atomic, and leaves history and audit."""
