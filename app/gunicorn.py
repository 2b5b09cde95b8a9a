"""gunicorn's settings (Procfile, `doegnvagt serve`): threads in few processes, a short good-bye, no shared control socket.

`--bind` and `--workers` win over what stands here. On SQLite there is one process, because it has one writer.
"""

from __future__ import annotations

import os
from typing import Any

from app import settings
from app.settings import WrongSettings

bind = settings.from_env(os.environ).listening
worker_class = "gthread"
workers = 1
threads = 16
graceful_timeout = 5
timeout = 30
keepalive = 5
# Twilio's header and form are small; anything larger is nobody's call.
limit_request_line = 2_048
limit_request_fields = 60
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True


def on_starting(server: Any) -> None:  # noqa: ANN401 - gunicorn's arbiter
    """Refuses what cannot work before any worker starts: wrong settings, and several writers on SQLite."""
    try:
        require_workers(server.cfg.workers)
    except WrongSettings as problem:
        raise SystemExit(f"doegnvagt: {problem}") from problem


def require_workers(count: int) -> None:
    """Raises WrongSettings for several processes on SQLite, which has one writer."""
    environment = settings.from_env(os.environ).with_secret()
    if count > 1 and environment.database_url.startswith("sqlite"):
        raise WrongSettings("--workers: SQLite has one writer, so there is one process; PostgreSQL takes as many as you like")
