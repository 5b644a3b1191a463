"""Collect the static files with hashed names, so that a phone fetches each only once."""

from __future__ import annotations

import os

import django
from django.conf import settings
from django.core.management import call_command


def collect() -> None:
    """Write every static file, hashed and compressed, into the package's `collected` folder."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wattana.site.settings")
    django.setup()
    settings.STORAGES["staticfiles"]["BACKEND"] = settings.HASHED_STATIC
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)


if __name__ == "__main__":
    collect()
