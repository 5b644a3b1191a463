"""Model fields that know nothing of the domain."""

from __future__ import annotations

from typing import Any

from django.db import models

from wattana.kernel import keys


class KeyField(models.BigIntegerField):
    """The primary key of every row that a person can meet (see `kernel.keys`)."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("primary_key", True)
        kwargs.setdefault("default", keys.new_key)
        kwargs.setdefault("editable", False)
        super().__init__(**kwargs)
