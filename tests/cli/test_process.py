"""The installed program, as a process of its own, in a folder that is not the repository."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from app.cli import main
from app.migrate import migrate
from tests.cli.desk import SECRET

PROGRAM = Path(sys.executable).with_name("doegnvagt")
ROOT = Path(__file__).parents[2]
AWAY = "postgresql://nobody@127.0.0.1:1/nothing"


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


def run(
    folder: Path,
    env: dict[str, str],
    *words: str,
    program: Sequence[str] = (str(PROGRAM),),
    **options: Any,  # noqa: ANN401 - subprocess's own
) -> subprocess.CompletedProcess[str]:
    """A command, to its end."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.run([*program, *words], cwd=folder, env=env, encoding="utf-8", check=False, timeout=60, **options)


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


def test_a_document_on_such_a_terminal_is_the_same_document(elsewhere: Path, env: dict[str, str]) -> None:
    words = ("line", "set", "63186363", "--flow", "support", "--name", "Døgnvagten", "--json")

    said = run(elsewhere, env | {"PYTHONIOENCODING": "ascii"}, *words)

    assert (said.returncode, said.stderr) == (0, "")
    assert json.loads(said.stdout)["name"] == "Døgnvagten"
    assert said.stdout.isascii()


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


def answered(address: str, web: subprocess.Popen[bytes]) -> int:
    """The status of a web process's health, as soon as it has any."""
    status, deadline = 0, time.monotonic() + 30
    while not status and time.monotonic() < deadline and web.poll() is None:
        try:
            with urlopen(f"http://{address}/healthz", timeout=5) as answer:
                status = answer.status
        except HTTPError as ill:
            status = ill.code
        except OSError:
            time.sleep(0.05)  # another process starts; nothing here can say when
    return status


def test_serve_serves_from_any_folder_until_it_is_told_to_end(web: subprocess.Popen[bytes], address: str) -> None:
    status = answered(address, web)

    web.send_signal(signal.SIGTERM)

    assert status == 200
    assert web.wait(timeout=30) == 0


@pytest.fixture
def procfile() -> list[str]:
    """The command that the Procfile names for `web`, to be run in the repository's folder."""
    line = next(line for line in ROOT.joinpath("Procfile").read_text("utf-8").splitlines() if line.startswith("web: "))
    program, *words = shlex.split(line.removeprefix("web: "))
    return [str(Path(sys.executable).with_name(Path(program).name)), *words]


@pytest.mark.parametrize(
    ("changed", "words", "status", "told"),
    [
        ({"SECRET_KEY": "another"}, (), 2, "SECRET_KEY: a PIN needs a key that is gone"),
        ({"DATABASE_URL": "sqlite:///{folder}/none.db"}, (), 1, "there is no database at {folder}/none.db yet"),
        ({"DATABASE_URL": "sqlite:///{folder}/empty.db"}, (), 1, "the database has no tables yet"),
        ({"PORT": "http", "DEMO": "7"}, (), 2, "DEMO: is 1, or left out; PORT: is not a port"),
        ({}, ("--workers", "2"), 2, "--workers: SQLite has one writer"),
    ],
    ids=str,
)
def test_what_keeps_the_procfiles_web_from_starting_is_one_line(
    tmp_path: Path,
    env: dict[str, str],
    procfile: list[str],
    changed: dict[str, str],
    words: tuple[str, ...],
    status: int,
    told: str,
) -> None:
    (tmp_path / "empty.db").touch()
    for command in (["customer", "add", "Nordvig Camping", "--json"], ["person", "add", "10001", "Mette Holm", "--json"]):
        assert main(command, env) == 0
    env = env | {name: value.format(folder=tmp_path) for name, value in changed.items()}

    said = subprocess.run([*procfile, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60)

    assert (said.returncode, said.stdout) == (status, "")
    assert said.stderr.startswith(f"doegnvagt: {told.format(folder=tmp_path)}")
    assert len(said.stderr.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["empty.db"]


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_a_place_where_somebody_else_listens_is_told_in_one_sentence(
    elsewhere: Path, env: dict[str, str], procfile: list[str], host: str
) -> None:
    """By `serve` and by the Procfile's web."""
    with socket.create_server((host.strip("[]"), 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as taken:
        port = str(taken.getsockname()[1])

        served = run(elsewhere, env, "serve", "--bind", f"{host}:{port}")
        web = run(ROOT, env | {"HOST": host, "PORT": port}, program=procfile)

    for said in (served, web):
        assert (said.returncode, said.stdout) == (1, "")
        assert said.stderr == (
            f"doegnvagt: {host}:{port}: another process listens there; stop it, or choose another port (PORT, or serve --bind)\n"
        )


def test_the_procfiles_web_starts_while_the_database_is_out_of_reach(
    env: dict[str, str], procfile: list[str], address: str, tmp_path: Path
) -> None:
    """R21: callers reach the emergency number meanwhile. It listens where HOST and PORT say."""
    host, _, port = address.partition(":")
    env = env | {"DATABASE_URL": AWAY, "HOST": host, "PORT": port}

    with (tmp_path / "said").open("wb") as said, subprocess.Popen(procfile, cwd=ROOT, env=env, stderr=said) as web:
        try:
            status = answered(address, web)
        finally:
            web.send_signal(signal.SIGTERM)

    first, *rest = (tmp_path / "said").read_text("utf-8").splitlines()
    assert status == 503
    assert first == "doegnvagt: the database is out of reach; until it is back, only the fallback answers calls"
    lines = [json.loads(line) for line in rest]
    assert [line["event"] for line in lines][:2] == ["web_started", "database_out_of_reach_at_start"]
    assert (lines[0]["address"], lines[0]["workers"]) == (f"http://{address}", 1)
