"""The browser of the tests: one that is on this machine, or else installed. `make test` runs this module before the tests.

1. a Chromium or Chrome on the PATH, or one that Playwright downloaded
2. as root on a Debian: its package, `chromium`
3. Playwright's own download
4. none: one sentence that says what to install, and exit status 1
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE: Final = "chromium"
MISSING: Final = (
    f"make test needs a browser and could not install one: install Chromium (on Debian: apt-get install {PACKAGE}), or make it"
    f" possible that `{Path(sys.executable).parent}/playwright install chromium` works"
)


class NoBrowser(RuntimeError):
    """There is none. The message names the package."""


def found() -> Path | None:
    """A browser of this machine that runs, if there is one."""
    return next((Path(place) for place in _places() if _runs(place)), None)


def chromium() -> Path:
    """The browser of this machine. Raises NoBrowser."""
    browser = found()
    if browser is None:
        raise NoBrowser(MISSING)
    return browser


def install() -> None:
    """Installs one, where that is allowed here; what goes wrong is said by the installer."""
    packages = shutil.which("apt-get")
    if os.geteuid() == 0 and packages:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "--yes", "--no-install-recommends", PACKAGE]):
            subprocess.run([packages, "-qq", *words], env=quiet, stdout=subprocess.DEVNULL, check=False)
    if found() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def _places() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    with sync_playwright() as playwright:
        downloaded = playwright.chromium.executable_path
    yield downloaded


def _runs(place: str) -> bool:
    try:
        return subprocess.run([place, "--version"], capture_output=True, check=False, timeout=60).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    if found() is None:
        sys.stderr.write("Setting up a browser for the tests; this takes a minute or two.\n")
        install()
    if found() is None:
        sys.exit(MISSING)
