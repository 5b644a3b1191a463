"""The ways out of the app, behind one port."""

from wattana.notices.channels.port import Channel, Refused, TryAgain, channel

__all__ = ["Channel", "Refused", "TryAgain", "channel"]
