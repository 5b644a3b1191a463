"""Writes of the registry: each checks permission and scope, is atomic, leaves history and audit."""
