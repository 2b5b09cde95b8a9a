"""gunicorn's settings (Procfile, `doegnvagt serve`): threads in few processes, a short good-bye, no shared control socket.

`--bind` and `--workers` win over what stands here. On SQLite there is one process, because it has one writer.
"""

from __future__ import annotations

import gc
import os
import shutil
import socket
import sys
import tempfile
from errno import EADDRINUSE
from typing import Any

import structlog
from gunicorn.glogging import Logger

from app import keeper, logs, readiness, refusals, settings
from app.refusals import REFUSALS
from app.settings import Settings
from helpdesk.pins import PinKeys

IN_USE = "another process listens there; stop it, or choose another port (PORT, or serve --bind)"


def _environment() -> Settings:
    try:
        return settings.from_env(os.environ, needs_secret=True)
    except REFUSALS as problem:
        raise SystemExit(refusals.told(problem)) from None


class OurLines(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's own lines, written as everybody's (app.logs)."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401 - gunicorn's settings
        """As it is, but without handlers of its own."""
        super().setup(cfg)
        logs.configure(_environment())
        for own in (self.error_log, self.access_log):
            logs.take_in(own)


logger_class = OurLines
bind = _environment().listening
worker_class = "gthread"
workers = 1
threads = 16
graceful_timeout = 5
timeout = 30
keepalive = 5
# Twilio's header and form are small; anything larger is nobody's call. An issuer's code comes back in an address, and may be long.
limit_request_line = 4_094
limit_request_fields = 60
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True


os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="doegnvagt-metrics-"))  # before anything is measured


def on_exit(_server: Any) -> None:  # noqa: ANN401 - gunicorn's arbiter
    """Leaves nothing lying about."""
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)


def child_exit(_server: Any, worker: Any) -> None:  # noqa: ANN401 - gunicorn's own
    """What a worker measured stays; what it was at is over (prometheus_client, "Multiprocess Mode")."""
    from prometheus_client import multiprocess  # noqa: PLC0415 - the arbiter needs it only here

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # the library's


def on_starting(server: Any) -> None:  # noqa: ANN401 - gunicorn's arbiter
    """Says in one line what would keep every worker from starting, and ends, before there is any."""
    try:
        ready = _ready(_environment(), server.cfg.workers)
        _require_free(server.cfg.address)
        if not ready:
            sys.stderr.write("doegnvagt: the database is out of reach; until it is back, only the fallback answers calls\n")
    except REFUSALS as problem:
        raise SystemExit(refusals.told(problem)) from None


def when_ready(server: Any) -> None:  # noqa: ANN401 - gunicorn's arbiter
    """Says where the house listens; from here on callers wait for the first worker, and are not turned away."""
    structlog.get_logger().info("web_started", address=" ".join(map(str, server.LISTENERS)), workers=server.cfg.workers)


def post_worker_init(worker: Any) -> None:  # noqa: ANN401 - gunicorn's worker
    """What was imported is not looked through again for circles (app).

    In the demo its web process ends when the demo is gone.
    """
    gc.freeze()
    keeper.watch(os.environ, process=worker.ppid)


def _require_free(addresses: list[Any]) -> None:
    """Raises OSError where somebody else listens, which gunicorn would try five times and tell in eleven lines.

    Sockets that are handed over (`fd://`, systemd, gunicorn's own USR2) are bound already.
    """
    if os.environ.keys() & {"GUNICORN_FD", "LISTEN_FDS"}:
        return
    for host, port in (address for address in addresses if isinstance(address, tuple)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as problem:
                why = IN_USE if problem.errno == EADDRINUSE else problem.strerror
                raise OSError(problem.errno, why, f"[{host}]:{port}" if ":" in host else f"{host}:{port}") from None


def _ready(environment: Settings, workers: int) -> bool:
    readiness.require_one_writer(environment, workers)
    database = readiness.existing(environment.database_url)
    try:
        return readiness.require_ready(database, PinKeys.derive(environment.secret_keys))
    finally:
        database.close()  # A worker that is forked from here must not inherit a connection.
