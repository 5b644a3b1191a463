"""Say clearly when the Python is too old."""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Wattana needs Python 3.11 or newer; this is "
        + sys.version.split()[0]
        + ". Name another: make run PYTHON=python3.12"
    )
