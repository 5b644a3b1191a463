"""What a server of WSGI loads, such as gunicorn."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from wattana.kernel import settings
from wattana.kit import commands

_FAILED_TO_BOOT = 3  # to gunicorn, which begins a process of any other code anew, without end

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wattana.site.settings")
try:
    settings.check()
except settings.Mistyped as problem:
    commands.Refused(problem, as_json=False).show()
    sys.exit(_FAILED_TO_BOOT)
application = get_wsgi_application()
