"""WSGI applications of a test over real HTTP, on this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from ssl import SSLContext
from typing import Any

from werkzeug.serving import make_server


@contextmanager
def served(app: Callable[..., Iterable[bytes]] | Any, *, tls: SSLContext | None = None) -> Iterator[str]:  # noqa: ANN401 - any WSGI application
    """The address at which `app` answers in this block; with `tls` it is an https one."""
    server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=tls)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
