"""Say clearly when the Python is too old, or cannot make virtual environments."""

import importlib.util
import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Wattana needs Python 3.11 or newer; this is "
        + sys.version.split()[0]
        + ". Name another: make run PYTHON=python3.12"
    )
if importlib.util.find_spec("ensurepip") is None:
    sys.exit(
        "This Python lacks pip for virtual environments. On Debian: apt-get install python3-venv"
    )
