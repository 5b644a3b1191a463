"""Filters for the pages of this room and the upper ones."""

from __future__ import annotations

from django import template

from wattana.registry import naming

register = template.Library()

register.filter("home", naming.home)
