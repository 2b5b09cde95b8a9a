"""Errands over real HTTP to the exchange's REST API, and over real SMTP: done once, kept, given up, or visibly undecided."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from werkzeug.serving import make_server

from app.carrier import Ports, carry_one
from app.mail import Smtp
from helpdesk import errands
from ivr.twilio_api import TwilioApi
from models import Errand
from models.values import ErrandKind, ErrandState
from simulator.rest import rest_app
from tests.house import ACCOUNT, BASE, SUPPORT, TOKEN, House

ALARM = "vagtchef@example.dk"
PIN_FAILURES = {"to": "supporter:1", "notice": "running_out", "values": {"company": "Nordvig", "at": "2026-11-23T02:25:00+00:00"}}


@pytest.fixture
def twilio(house: House) -> Iterator[TwilioApi]:
    """Twilio's REST API, as the exchange serves it on this machine."""
    server = make_server("127.0.0.1", 0, rest_app(house.exchange), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    yield TwilioApi(account=ACCOUNT, token=TOKEN, base_url=BASE, api_base_url=address, sms_from=SUPPORT)
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Letters:
    """A mail server's handler: keeps what it is given, or refuses with `reply`."""

    reply: str | None = None
    kept: list[str] = field(default_factory=list)

    async def handle_DATA(self, _server: object, _session: object, envelope: SimpleNamespace) -> str:  # noqa: N802 - aiosmtpd's name
        if self.reply:
            return self.reply
        self.kept.append(f"{envelope.rcpt_tos} {envelope.content.decode()}")
        return "250 OK"


@pytest.fixture
def letters() -> Iterator[tuple[Letters, Smtp]]:
    handler = Letters()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, Smtp(f"smtp://127.0.0.1:{port}", "doegnvagt@example.dk")
    controller.stop()


def asked(house: House, kind: ErrandKind = ErrandKind.TEXT, payload: dict[str, Any] | None = None) -> None:
    with house.database.writing() as session:
        errands.ask(session, kind, f"test:{kind.value}", payload or PIN_FAILURES, now=house.now)


def carried(house: House, ports: Ports) -> Errand:
    """The errand after the clock has had it once."""
    assert carry_one(house.database, ports, lambda: house.now) == 1
    return house.errands()[0]


def ports(*, text: TwilioApi | None = None, mail: Smtp | None = None, alarm: str | None = None) -> Ports:
    return Ports(phone=text, text=text, mail=mail, alarm_address=alarm)


def test_a_text_message_goes_out_once(house: House, twilio: TwilioApi) -> None:
    anna = house.supporter("Anna")
    house.phone(anna)
    asked(house)

    errand = carried(house, ports(text=twilio))

    assert errand.state is ErrandState.DONE
    assert (errand.outcome or "").startswith("SM")
    assert carry_one(house.database, ports(text=twilio), lambda: house.now + timedelta(days=1)) == 0
    house.forward(seconds=30)
    assert [text.partition("\n")[0] for text in house.phone(anna).texts] == ["Pointene slipper op: Nordvig"]


def test_an_errand_is_asked_for_once(house: House) -> None:
    house.supporter("Anna")

    asked(house)
    asked(house)

    assert len(house.errands()) == 1


def test_without_an_account_it_is_kept_and_visibly_not_sent(house: House) -> None:
    house.supporter("Anna")
    asked(house)

    errand = carried(house, ports())

    assert errand.state is ErrandState.KEPT
    assert errand.done_at is None
    assert "SMS_FROM" in (errand.outcome or "")


def test_when_twilio_asks_to_slow_down_it_is_tried_again_later(house: House, twilio: TwilioApi) -> None:
    house.supporter("Anna")
    house.exchange.knobs.rest_busy = 10
    house.clock_works = False
    asked(house)

    errand = carried(house, ports(text=twilio))

    assert errand.state is ErrandState.DUE
    assert errand.due_at is not None
    assert errand.due_at > house.now
    house.exchange.knobs.rest_busy = 0
    house.forward(seconds=30)
    assert carried(house, ports(text=twilio)).state is ErrandState.DONE


def test_a_message_that_may_have_gone_out_is_not_sent_again(house: House, twilio: TwilioApi) -> None:
    """Pitfall C6: a create is not idempotent."""
    house.supporter("Anna")
    house.exchange.knobs.rest_down = True
    asked(house)

    errand = carried(house, ports(text=twilio))

    assert errand.state is ErrandState.UNDECIDED
    assert errand.due_at is None


def test_a_message_that_never_left_the_house_is_sent_later(house: House) -> None:
    """Pitfall C6: a refused connection is no message that may have gone out."""
    house.supporter("Anna")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}"
    asked(house)

    errand = carried(
        house, ports(text=TwilioApi(account=ACCOUNT, token=TOKEN, base_url=BASE, api_base_url=nobody, sms_from=SUPPORT))
    )

    assert errand.state is ErrandState.DUE
    assert errand.due_at is not None
    assert errand.due_at > house.now


def test_an_errand_that_cannot_be_put_into_words_holds_up_no_other(house: House, letters: tuple[Letters, Smtp]) -> None:
    """R21: it is given up, visibly, and the next one is carried out."""
    handler, smtp = letters
    asked(house, ErrandKind.MAIL, {"to": errands.ALARM, "notice": "was_renamed", "values": {}})
    with house.database.writing() as session:
        errands.notify(session, [errands.ALARM], notice="no_prices", values={}, key="sound", now=house.now)

    broken = carried(house, ports(mail=smtp, alarm=ALARM))
    carry_one(house.database, ports(mail=smtp, alarm=ALARM), lambda: house.now)

    assert broken.state is ErrandState.FAILED
    assert [errand.state for errand in house.errands()] == [ErrandState.FAILED, ErrandState.DONE]
    assert len(handler.kept) == 1


def test_what_a_killed_carrier_had_in_hand_is_sent_once_at_most(house: House) -> None:
    """Pitfall C6: nobody knows whether the message went out."""
    house.supporter("Anna")
    asked(house)
    with house.database.writing() as session:
        errands.claim(session, now=house.now)

    with house.database.writing() as session:
        again = errands.claim(session, now=house.now + errands.LEASE)

    assert again is None
    assert [(errand.tries, errand.state) for errand in house.errands()] == [(2, ErrandState.UNDECIDED)]


def test_a_letter_reaches_whoever_is_alarmed(house: House, letters: tuple[Letters, Smtp]) -> None:
    handler, smtp = letters
    asked(house, ErrandKind.MAIL, {"to": errands.ALARM, "notice": "no_prices", "values": {}})

    errand = carried(house, ports(mail=smtp, alarm=ALARM))

    assert errand.state is ErrandState.DONE
    assert ALARM in handler.kept[0]
    assert "Subject: Prislisten mangler" in handler.kept[0]


@pytest.mark.parametrize(("reply", "state"), [("450 later", ErrandState.DUE), ("550 never", ErrandState.FAILED)])
def test_a_mail_server_that_refuses_for_now_is_tried_again_and_one_that_refuses_for_good_is_not(
    house: House, letters: tuple[Letters, Smtp], reply: str, state: ErrandState
) -> None:
    handler, smtp = letters
    handler.reply = reply
    asked(house, ErrandKind.MAIL, {"to": errands.ALARM, "notice": "no_prices", "values": {}})

    assert carried(house, ports(mail=smtp, alarm=ALARM)).state is state


def test_a_bridge_is_cut_through_the_provider_and_the_late_end_of_the_dial_changes_nothing(house: House, twilio: TwilioApi) -> None:
    """R11: the caller is sent to a spoken end when a quarter begins that could not be held."""
    first = house.caller(points=45, credit=0)
    second = house.caller(colleague_of=first, name="Lis Dam")
    anna, bo = house.supporter("Anna"), house.supporter("Bo", tier=2)
    house.ports = ports(text=twilio)
    house.connects(first, anna)
    house.connects(second, bo)

    house.forward(minutes=14)
    house.exchange.tick_every = 1  # as often as the real clock beats
    house.forward(minutes=2)

    house.phone(second).hears("Pointene er brugt").hears("et kvarter")
    assert house.phone(first).bridged_with == anna.phone
    assert (house.charges(first), house.charges(second)) == ([-15, -15], [-15])
    assert house.balance(first) == (0, 0)
