"""Words for areas in the templates of this room."""

from __future__ import annotations

from django import template

from wattana.reports import names

register = template.Library()
register.filter("area_name", names.area_name)
register.filter("words", names.said)
