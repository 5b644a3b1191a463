"""Where a command writes: looked at before any work, alike for every option that names a place.

No folder is made on the way there: a mistyped one would hold what nobody finds.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from wattana.kernel.problems import N_, Invalid

_READ = N_("%(option)s: “%(file)s” is read here and would be lost. Give another name.")
_NO_FILE = N_("%(option)s: “%(file)s” is a folder, or its folder is missing. Give a file's name.")
_NO_FOLDER = N_(
    "%(option)s: “%(file)s” is a file, or the folder around it is missing. Make that folder first, "
    "or give another."
)


def check_file(option: str, file: Path, read: Iterable[Path]) -> None:
    """A file may be made or replaced there, none of those that are read. Raises `Invalid`."""
    for given in read:
        if file.exists() and given.exists() and file.samefile(given):
            raise Invalid(_READ, option=option, file=file.name)
    if file.is_dir() or not file.parent.is_dir():
        raise Invalid(_NO_FILE, option=option, file=str(file))


def check_folder(option: str, folder: Path) -> None:
    """There is such a folder, or it may be made in one. Raises `Invalid`."""
    if folder.is_file() or not folder.absolute().parent.is_dir():
        raise Invalid(_NO_FOLDER, option=option, file=str(folder))
