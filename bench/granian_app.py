"""The house for granian, which does not hand on the address as it was requested: ours need no decoding, and are put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from app import wsgi


def create_app() -> Callable[..., Iterable[bytes]]:
    """The house's application, told the address that the signature is over."""
    app = wsgi.create_app()

    def told(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        query = environ.get("QUERY_STRING")
        environ["REQUEST_URI"] = environ["PATH_INFO"] + (f"?{query}" if query else "")
        return app(environ, start_response)

    return told
