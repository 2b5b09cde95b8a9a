"""The installed program, as a process of its own, in a folder that is not the repository."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from app.migrate import migrate
from tests.cli.desk import SECRET

PROGRAM = Path(sys.executable).with_name("doegnvagt")


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment with a migrated database in a file."""
    url = f"sqlite:///{tmp_path_factory.mktemp('data')}/dv.db"
    migrate(url, url)
    return {"PATH": os.defpath, "DATABASE_URL": url, "SECRET_KEY": SECRET}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder in which `app` means something else."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("raise SystemExit('a stranger')")
    return tmp_path


def run(folder: Path, env: dict[str, str], *words: str, **options: Any) -> subprocess.CompletedProcess[str]:  # noqa: ANN401 - subprocess's own
    """A command, to its end."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.run([PROGRAM, *words], cwd=folder, env=env, encoding="utf-8", check=False, timeout=60, **options)


def test_a_fresh_database_is_made_and_used(elsewhere: Path, env: dict[str, str]) -> None:
    fresh = env | {"DATABASE_URL": "sqlite:///deep/down/dv.db"}

    made = run(elsewhere, fresh, "migrate")
    added = run(elsewhere, fresh, "customer", "add", "Nordvig Camping", "--json")

    assert (made.returncode, made.stderr) == (0, "")
    assert (added.returncode, added.stderr, json.loads(added.stdout)) == (0, "", {"customer": "10001"})
    assert (elsewhere / "deep" / "down" / "dv.db").exists()


@pytest.mark.parametrize(
    ("words", "changed", "status"),
    [
        (("points", "buy", "10001", "10.0", "--reference", "x"), {}, 2),
        (("nothing",), {}, 2),
        (("points", "statement", "99999"), {}, 1),
        (("points", "statement", "10001"), {"DATABASE_URL": "sqlite:///none.db"}, 1),
        (("points", "statement", "10001"), {"DATABASE_URL": "none", "DEMO": "7"}, 2),
        (("pins", "rekey"), {"SECRET_KEY": ""}, 2),
        (("serve", "--workers", "2"), {}, 2),
    ],
    ids=str,
)
def test_what_is_refused_is_one_line_and_a_status(
    elsewhere: Path, env: dict[str, str], words: tuple[str, ...], changed: dict[str, str], status: int
) -> None:
    said = run(elsewhere, env | changed, *words)

    assert (said.returncode, said.stdout) == (status, "")
    assert said.stderr.startswith("doegnvagt: ")
    assert len(said.stderr.splitlines()) == 1
    assert [path.name for path in elsewhere.iterdir()] == ["app"]


def test_a_reader_who_has_gone_is_no_error_to_talk_about(elsewhere: Path, env: dict[str, str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)

    said = run(elsewhere, env, "task", "list", stdout=writer)

    os.close(writer)
    assert (said.returncode, said.stderr) == (1, "")


def test_a_terminal_that_cannot_spell_a_name_is_given_it_spelled_out(elsewhere: Path, env: dict[str, str]) -> None:
    said = run(elsewhere, env | {"PYTHONIOENCODING": "ascii"}, "customer", "add", "Hotel Æbelø")

    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.endswith("Hotel \\xc6bel\\xf8\n")


@pytest.fixture
def address() -> str:
    """A place to listen that nobody uses."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{found.getsockname()[1]}"


@pytest.fixture
def web(elsewhere: Path, env: dict[str, str], address: str) -> Iterator[subprocess.Popen[bytes]]:
    """`doegnvagt serve`, running."""
    with subprocess.Popen([PROGRAM, "serve", "--bind", address], cwd=elsewhere, env=env) as process:
        yield process
        process.kill()


def test_serve_serves_from_any_folder_until_it_is_told_to_end(web: subprocess.Popen[bytes], address: str) -> None:
    status, deadline = 0, time.monotonic() + 30
    while not status and time.monotonic() < deadline and web.poll() is None:
        try:
            with urlopen(f"http://{address}/healthz", timeout=5) as answer:
                status = answer.status
        except URLError:
            time.sleep(0.05)  # another process starts; nothing here can say when

    web.send_signal(signal.SIGTERM)

    assert status == 200
    assert web.wait(timeout=30) == 0
