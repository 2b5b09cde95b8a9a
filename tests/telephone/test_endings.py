"""`doegnvagt phone` as a process in a terminal, ended from outside: whoever was on the telephone has hung up."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.patience import comes_true
from tests.telephone.demo import ROOT, Demo

PROGRAM = Path(sys.executable).with_name("doegnvagt")
METTE = "+4500102030"


@dataclass
class Terminal:
    """A terminal with the telephone in it."""

    process: subprocess.Popen[bytes]
    outside: int
    looked_away: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Somebody looks until the window is closed."""
        with suppress(OSError):
            while not self.looked_away.is_set():
                if select.select([self.outside], [], [], 0.1)[0]:
                    os.read(self.outside, 65_536)
        os.close(self.outside)


@pytest.fixture
def terminal(demo: Demo) -> Iterator[Terminal]:
    outside, inside = os.openpty()
    termios.tcsetwinsize(inside, (24, 80))
    env = {**os.environ, **demo.env, "TERM": "xterm-256color"}
    with subprocess.Popen([PROGRAM, "phone"], env=env, cwd=ROOT, stdin=inside, stdout=inside, stderr=inside) as process:
        os.close(inside)
        made = Terminal(process, outside)
        watcher = threading.Thread(target=made.watch)
        watcher.start()
        yield made
        process.kill()
        process.wait()
        made.looked_away.set()
        watcher.join()


@pytest.mark.parametrize("is_closed", [True, False])
def test_a_telephone_whose_terminal_is_closed_or_that_is_told_to_end_hangs_up(
    demo: Demo, terminal: Terminal, *, is_closed: bool
) -> None:
    desk = demo.desk()

    def dials() -> bool:
        os.write(terminal.outside, b"\r")
        return not desk.handset(METTE, after=0).is_idle

    assert comes_true(dials)
    if is_closed:
        terminal.looked_away.set()
    terminal.process.send_signal(signal.SIGHUP if is_closed else signal.SIGTERM)

    assert terminal.process.wait(15) == 0
    assert desk.handset(METTE, after=0).is_idle
