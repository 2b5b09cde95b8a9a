"""An application behind a real server on a free port of this machine, as it runs in production."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Final

SECRET: Final = "a secret key of the bench that is long enough"  # noqa: S105 - of a house that lives for a minute
TOKEN: Final = "bench-token"  # noqa: S105 - as above
CONFIG: Final = Path(__file__).parents[1] / "app" / "gunicorn.py"
THREADS: Final = "16"
STARTS_WITHIN: Final = 30.0


@contextmanager
def served(app: str, *, workers: int, server: str = "gunicorn", database: str = "postgresql://nobody/none") -> Iterator[str]:
    """The address of an application factory ("module:name") with so many processes, under gunicorn (gthread) or granian."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    env = {"SECRET_KEY": SECRET, "TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_BASE_URL": address, "DATABASE_URL": database}
    command = _commands(app, port, workers)[server]
    with subprocess.Popen(command, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port, process)
            yield address
        finally:
            process.terminate()


def _commands(app: str, port: int, workers: int) -> Mapping[str, list[str]]:
    gunicorn = ["--config", str(CONFIG), "--workers", str(workers), "--bind", f"127.0.0.1:{port}", f"{app}()"]
    granian = ["--interface", "wsgi", "--factory", "--workers", str(workers), "--blocking-threads", THREADS]
    return {
        "gunicorn": [sys.executable, "-m", "gunicorn", *gunicorn],
        "granian": [sys.executable, "-m", "granian", *granian, "--host", "127.0.0.1", "--port", str(port), app],
    }


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise RuntimeError("the server did not start")
