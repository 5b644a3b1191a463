"""Is every text in the Thai catalogues, and translated? Needs GNU gettext.

Each room's texts are collected anew into a temporary copy, so that the tree stays as it is.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from pathlib import Path

import django
import polib
from django.conf import settings
from django.core.management import call_command

from wattana.site.management.commands import makemessages

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ROOT / "src" / "wattana"


def main() -> None:
    if not shutil.which("xgettext"):
        print("SKIPPED: GNU gettext is not installed (Debian: apt-get install gettext)")
        return
    settings.configure()
    django.setup()  # finding texts needs none of our rooms, whose start takes seconds
    faults = [fault for room in sorted(ROOMS.iterdir()) if room.is_dir() for fault in check(room)]
    print("\n".join(faults) or "Every text is translated.")
    sys.exit(bool(faults))


def check(room: Path) -> list[str]:
    """Faults of one room: texts without entry or translation, entries fuzzy or left over."""
    wanted = collect(room)
    file = room / "locale/th/LC_MESSAGES/django.po"
    catalogue = polib.pofile(str(file)) if file.exists() else polib.POFile()
    known = {entry.msgid: entry for entry in catalogue if not entry.obsolete}
    faults = [f"{room.name}: fuzzy or left over: {one.msgid!r}" for one in doubtful(catalogue)]
    for entry in wanted:
        found = known.get(entry.msgid)
        if found is None:
            faults.append(f"{room.name}: not in the catalogue: {entry.msgid!r}")
        elif not found.translated() and not found.fuzzy:
            faults.append(f"{room.name}: not translated: {entry.msgid!r}")
    return faults


def doubtful(catalogue: polib.POFile) -> list[polib.POEntry]:
    """Entries that are guessed, the header too, or that no text asks for any more."""
    header = [polib.POEntry(msgid="")] if catalogue.metadata_is_fuzzy else []
    return header + [entry for entry in catalogue if entry.fuzzy or entry.obsolete]


def collect(room: Path) -> list[polib.POEntry]:
    """The texts of a room, as `makemessages` finds them now."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / room.name
        shutil.copytree(
            room,
            copy,
            ignore=shutil.ignore_patterns("static", "built", "collected", "*.mo", "*.po"),
        )
        (copy / "locale").mkdir(exist_ok=True)
        with contextlib.chdir(copy):
            call_command(makemessages.Command(), locale=["th"], no_location=True, verbosity=0)
        made = copy / "locale/th/LC_MESSAGES/django.po"
        return [e for e in polib.pofile(str(made)) if not e.obsolete] if made.exists() else []


if __name__ == "__main__":
    main()
