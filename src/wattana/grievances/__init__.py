"""Complaints: a door of their own, handlers of their own, a clock of their own."""
