"""A part of the demo does not outlive it, however it ends: Ctrl-C, a closed terminal, `kill -9`.

Whoever keeps a part holds one end of a pipe whose other end is the part's standard input. Nothing is ever written. When the
keeper's process is gone, the system closes the pipe; the part sees its input end, and ends as by SIGTERM. No process id is guessed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

TIED: Final = "DEMO_TIED"
STANDARD_INPUT: Final = 0
STOPS_WITHIN: Final = 10.0
LAST_WORDS: Final = 2.0
"""Seconds for which web and clock stay behind a keeper that is gone, so that the exchange can tell how its calls ended."""


@contextmanager
def part(
    name: str, command: list[str], env: Mapping[str, str], *, stdout: int | None = None, log: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A process of its own session, so that Ctrl-C reaches only us and we end the parts in order. It ends with the block.

    Its standard error goes to the file `log`, begun anew; without one to ours.
    """
    with ExitStack() as opened:
        noted = opened.enter_context(open(log, "w", encoding="utf-8", opener=_private)) if log else None
        process = subprocess.Popen(  # noqa: S603 - our own
            command, env={**env, TIED: "1"}, stdin=subprocess.PIPE, stdout=stdout, stderr=noted, text=True, start_new_session=True
        )
    try:
        yield process
    finally:
        end(name, process)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_APPEND, 0o600)


def end(name: str, process: subprocess.Popen[str]) -> None:
    """Asks a part to end, and kills one that does not. One that has ended stays as it is."""
    process.terminate()
    try:
        process.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        sys.stderr.write(f"doegnvagt: {name} did not end in time and was killed\n")
        process.kill()
        process.wait()


def watch(env: Mapping[str, str], *, process: int | None = None) -> None:
    """In a part: ends this process, or the one named, when the keeper is gone. Elsewhere it does nothing."""
    if env.get(TIED) == "1":
        threading.Thread(target=_outlast, args=(process or os.getpid(),), name="keeper", daemon=True).start()


def _outlast(process: int) -> None:
    try:
        while os.read(STANDARD_INPUT, 1):
            pass
    except OSError:
        pass  # no input at all is the end of it too
    time.sleep(LAST_WORDS)
    try:
        os.kill(process, signal.SIGTERM)
        time.sleep(STOPS_WITHIN)
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        pass
