"""Telling members: in the app, and by e-mail, LINE or SMS through one port, as a digest."""
