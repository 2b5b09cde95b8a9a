"""`doegnvagt demo` as a process in a folder of its own. Whatever a test does to it, nothing of it is left behind the block.

The parts write to the demo's own output: its end is the proof that all of them have gone.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app.surroundings import parsed
from app.telephone.desk import DeskClient

PROGRAM: Final = Path(sys.executable).with_name("doegnvagt")
STARTS_WITHIN: Final = 90.0
PATIENCE: Final = 30.0


@dataclass
class Started:
    """A demo that was started, or the shell that started it."""

    process: subprocess.Popen[str]
    folder: Path
    said: list[str] = field(default_factory=list)
    has_gone: threading.Event = field(default_factory=threading.Event)

    @property
    def text(self) -> str:
        """All it has said."""
        return "".join(self.said)

    @property
    def desk(self) -> DeskClient:
        """The telephones of its exchange."""
        return DeskClient(parsed((self.folder / "var/demo.env").read_text("utf-8"))["TWILIO_API_BASE_URL"])

    def pin(self, name: str) -> str:
        """The PIN that stands behind a name."""
        found = re.search(rf"{name} .* (\d{{4}}) (\d{{4}})$", self.text, re.MULTILINE)
        assert found, self.text
        return f"{found[1]}{found[2]}"

    def beside(self, *words: str, status: int = 0, **env: str) -> Any:  # noqa: ANN401 - JSON
        """A command at a second terminal, without an environment unless there is one; what it says as JSON, or its complaint."""
        done = subprocess.run(
            [PROGRAM, *words, *(() if words == ("demo",) else ("--json",))],
            cwd=self.folder,
            env={"PATH": os.defpath, **env},
            encoding="utf-8",
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == status, done.stderr
        return json.loads(done.stdout) if status == 0 else done.stderr

    def ends(self) -> int:
        """Waits until the demo and all its parts have gone; the exit status."""
        assert self.has_gone.wait(PATIENCE), f"something still runs\n{self.text}"
        return self.process.wait(PATIENCE)

    def listen(self) -> None:
        """Writes down what it says, to the end."""
        assert self.process.stdout is not None
        self.said.extend(iter(self.process.stdout.readline, ""))
        self.has_gone.set()


@contextmanager
def started(
    folder: Path, *, command: Sequence[str | Path] = (PROGRAM, "demo"), terminal: int | None = None, **env: str
) -> Iterator[Started]:
    """The demo in that folder, ready to be phoned; `terminal` is its input. At the end of the block it is killed, if need be."""
    with Path(tempfile.gettempdir(), "doegnvagt-tests-demo.lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)  # Two that start together may choose the same port.
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={"PATH": os.defpath, **env},
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=True,
        )
        demo = Started(process, folder)
        listener = threading.Thread(target=demo.listen)
        listener.start()
        try:
            until(lambda: "Ctrl-C" in demo.text or demo.has_gone.is_set(), within=STARTS_WITHIN)
            fcntl.flock(one_at_a_time, fcntl.LOCK_UN)
            assert not demo.has_gone.is_set(), demo.text
            yield demo
        finally:
            process.kill()
            process.wait()
            listener.join(PATIENCE)
            assert process.stdout is not None
            process.stdout.close()


def until(holds: Callable[[], object], *, within: float = PATIENCE) -> None:
    """Looks again and again."""
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)
