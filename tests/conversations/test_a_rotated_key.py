"""SECRET_KEY is rotated in the middle of a call (R2, R21)."""

from __future__ import annotations

import pytest

from app import settings
from app.wsgi import create_app
from helpdesk.pins import KeyGone
from simulator.transport import WsgiTransport
from tests.house import ACCOUNT, BASE, SECRET, SUPPORT, TOKEN, House

NEW = "another key, which came in the middle of a call"


def is_restarted(house: House, secret_key: str) -> None:
    """The web process ends and another one starts with that SECRET_KEY."""
    told = {"SECRET_KEY": secret_key, "TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_BASE_URL": BASE}
    house.app = create_app(settings.from_env(told), database=house.database, clock=lambda: house.now)
    house.exchange.transport = WsgiTransport(house.app)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_with_the_old_key_behind_the_new_one_nobody_hears_of_it(house: House) -> None:
    """R2, R21: asked for the PIN by one process, known by the next; the caller's call goes on with either."""
    caller, anna = house.caller(), house.supporter("Anna")
    phone = house.phone(caller).dials(SUPPORT).hears("pinkode")

    is_restarted(house, f"{NEW},{SECRET}")
    phone.keys(f"{caller.pin}#").hears("Tast 1 for at acceptere")
    is_restarted(house, f"{SECRET},{NEW}")
    phone.keys("1")
    house.phone(anna).picks_up().hears("Tast 1").keys("1")
    house.forward(seconds=3)
    phone.hangs_up()

    assert house.charges(caller) == [-15]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_without_the_old_key_no_process_starts_and_the_one_that_runs_goes_on(house: House) -> None:
    """R2, R21: a PIN that cannot be read would be a wrong PIN to its caller."""
    caller = house.caller()
    phone = house.phone(caller).dials(SUPPORT).hears("pinkode")

    with pytest.raises(KeyGone, match="key that is gone"):
        is_restarted(house, NEW)
    phone.keys(f"{caller.pin}#").hears("Tast 1 for at acceptere")

    phone.hangs_up()
