"""What tests about errands say: asked for, carried out once, and the ports to do it with."""

from __future__ import annotations

from typing import Any, Final

from app.carrier import Ports, carry
from app.mail import Smtp
from helpdesk import errands
from ivr.twilio_api import TwilioApi
from models import Errand
from models.values import ErrandKind
from tests.house import House

ALARM: Final = "vagtchef@example.dk"
RUNNING_OUT: Final = {
    "to": "supporter:1",
    "notice": "running_out",
    "values": {"company": "Nordvig", "at": "2026-11-23T02:25:00+00:00"},
}
NO_PRICES: Final = {"to": errands.ALARM, "notice": "no_prices", "values": {}}


def asked(house: House, kind: ErrandKind = ErrandKind.TEXT, payload: dict[str, Any] | None = None, *, key: str = "test") -> None:
    """Asks for an errand: a text message to supporter 1 that points are running out, unless something else is said."""
    with house.database.writing() as session:
        errands.ask(session, kind, f"{key}:{kind.value}", payload or RUNNING_OUT, now=house.now)


def carried(house: House, ports: Ports) -> Errand:
    """The first errand, after the clock has had one in hand, once."""
    assert carry(house.database, ports, lambda: house.now) == 1
    return house.errands()[0]


def ports(*, text: TwilioApi | None = None, mail: Smtp | None = None, alarm: str | None = None) -> Ports:
    """Whatever of the outside is configured."""
    return Ports(phone=text, text=text, mail=mail, alarm_address=alarm)
