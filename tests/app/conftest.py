"""Twilio's REST API over real HTTP, as the exchange serves it, and a real mail server; both on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest
from aiosmtpd.controller import Controller
from werkzeug.serving import make_server

from app.mail import Smtp
from ivr.twilio_api import TwilioApi
from simulator.rest import rest_app
from tests.app.messages import ALARM, ports
from tests.app.outside import PostOffice, Way, certificate, free_port
from tests.house import ACCOUNT, BASE, SUPPORT, TOKEN, House

SENDER = "doegnvagt@example.dk"


class Opening(Protocol):
    """Opens a post office and gives back what to send with."""

    def __call__(self, office: PostOffice, *, url: str = ..., tls: bool = ..., trusted: bool = ..., timeout: float = ...) -> Smtp:
        """`url` has the port in the place of PORT; `tls`: STARTTLS is offered; `trusted`: by whom sends."""


@pytest.fixture
def way(house: House) -> Way:
    """The way to Twilio."""
    return Way(rest_app(house.exchange))


@pytest.fixture
def twilio(way: Way) -> Iterator[TwilioApi]:
    """Twilio's REST API, as the exchange serves it on this machine."""
    server = make_server("127.0.0.1", 0, way, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    yield TwilioApi(account=ACCOUNT, token=TOKEN, base_url=BASE, api_base_url=address, sms_from=SUPPORT, timeout=2.0)
    way.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[Opening]:
    """Opens post offices on loopback, closed when the test is over."""
    with ExitStack() as closing:

        def opened(
            office: PostOffice, *, url: str = "smtp://127.0.0.1:PORT", tls: bool = False, trusted: bool = True, timeout: float = 5.0
        ) -> Smtp:
            server_tls, client_tls = certificate(tmp_path)
            port = free_port()
            controller = Controller(
                office,
                hostname="127.0.0.1",
                port=port,
                tls_context=server_tls if tls else None,
                authenticator=office.authenticate,
                auth_require_tls=tls,
            )
            controller.start()
            closing.callback(controller.stop)
            return Smtp(
                url.replace("PORT", str(port)), SENDER, tls=client_tls if trusted else None, timeout=timeout, patience=timeout
            )

        yield opened


@pytest.fixture
def post_office() -> PostOffice:
    """A post office that takes whatever it is given."""
    return PostOffice()


@pytest.fixture
def smtp(opens: Opening, post_office: PostOffice) -> Smtp:
    """The way to `post_office`."""
    return opens(post_office)


@pytest.fixture
def sent(house: House, twilio: TwilioApi, smtp: Smtp, post_office: PostOffice) -> PostOffice:
    """Texts and letters go out; where the letters are."""
    house.ports = ports(text=twilio, mail=smtp, alarm=ALARM)
    return post_office
