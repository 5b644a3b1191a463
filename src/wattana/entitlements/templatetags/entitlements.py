"""Words and amounts of rights in templates."""

from __future__ import annotations

from django import template

from wattana.entitlements import words

register = template.Library()
register.filter("said", words.said)
register.filter("baht", words.baht)
