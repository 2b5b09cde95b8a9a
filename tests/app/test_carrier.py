"""Errands over real HTTP to the exchange's REST API, and over real SMTP: done once, kept, given up; a bridge cut."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from app.carrier import carry
from app.mail import Smtp
from app.scheduler import Clockwork
from helpdesk import errands
from helpdesk.ports import Letter, PortFailed
from ivr.twilio_api import TwilioApi
from models.values import ErrandKind, ErrandState
from tests.app.messages import ALARM, NO_PRICES, asked, carried, ports
from tests.app.outside import PostOffice
from tests.house import House
from tests.patience import PATIENCE, comes_true


def test_a_text_message_goes_out_once(house: House, twilio: TwilioApi) -> None:
    anna = house.supporter("Anna")
    house.phone(anna)
    asked(house)

    errand = carried(house, ports(text=twilio))

    assert errand.state is ErrandState.DONE
    assert (errand.outcome or "").startswith("SM")
    assert carry(house.database, ports(text=twilio), lambda: house.now + timedelta(days=1)) == 0
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


def test_without_a_mail_server_or_an_address_it_is_kept_too(house: House, smtp: Smtp) -> None:
    asked(house, ErrandKind.MAIL, NO_PRICES)
    asked(house, ErrandKind.MAIL, NO_PRICES, key="another")

    carried(house, ports(alarm=ALARM))
    carried(house, ports(mail=smtp))

    assert [(errand.state, errand.outcome) for errand in house.errands()] == [
        (ErrandState.KEPT, "SMTP_URL is not set"),
        (ErrandState.KEPT, "ALARM_ADDRESS is not set"),
    ]


def test_an_errand_that_cannot_be_put_into_words_holds_up_no_other(house: House, smtp: Smtp, post_office: PostOffice) -> None:
    """R21: it is given up, visibly, and the next one is carried out."""
    asked(house, ErrandKind.MAIL, {"to": errands.ALARM, "notice": "was_renamed", "values": {}})
    with house.database.writing() as session:
        errands.notify(session, [errands.ALARM], notice="no_prices", values={}, key="sound", now=house.now)

    broken = carried(house, ports(mail=smtp, alarm=ALARM))
    carry(house.database, ports(mail=smtp, alarm=ALARM), lambda: house.now)

    assert broken.state is ErrandState.FAILED
    assert [errand.state for errand in house.errands()] == [ErrandState.FAILED, ErrandState.DONE]
    assert len(post_office.letters) == 1


class AMailServerThatHangs:
    """Fulfils Mail: it is `asked`, and says nothing until it is `released`."""

    def __init__(self) -> None:
        self.asked, self.released = threading.Event(), threading.Event()

    def send(self, _letter: Letter) -> None:
        self.asked.set()
        self.released.wait(PATIENCE)
        raise PortFailed("it never answered", permanent=False)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_mail_server_that_hangs_holds_up_no_text(house: House) -> None:
    """R11, R14, R21: a supporter is warned and called for at once, however the mail is."""
    house.is_connected_to_the_world()
    house.phone(house.supporter("Anna"))
    hangs = AMailServerThatHangs()
    asked(house, ErrandKind.MAIL, NO_PRICES)
    works = Clockwork(database=house.database, ports=replace(house.ports, mail=hangs), clock=lambda: house.now)
    thread = threading.Thread(target=works.forever)

    thread.start()
    hangs.asked.wait(PATIENCE)
    asked(house)
    went_out = comes_true(lambda: house.errands()[1].state is ErrandState.DONE)
    letter = house.errands()[0]
    hangs.released.set()
    works.stopping.set()
    thread.join(PATIENCE)

    assert (went_out, letter.state, letter.outcome) == (True, ErrandState.DUE, errands.UNDER_WAY)


@pytest.mark.parametrize("kind", list(ErrandKind))
def test_what_a_killed_carrier_had_in_hand_is_in_doubt(house: House, kind: ErrandKind) -> None:
    """Pitfall C6: nobody knows whether the message went out."""
    house.supporter("Anna")
    asked(house, kind)
    with house.database.writing() as session:
        errands.claim(session, now=house.now)

    with house.database.writing() as session:
        too_early = errands.claim(session, now=house.now + errands.LEASE[kind] - timedelta(seconds=1))
        again = errands.claim(session, now=house.now + errands.LEASE[kind])

    assert too_early is None
    assert again is not None
    assert again.in_doubt
    assert [(errand.tries, errand.state) for errand in house.errands()] == [(2, ErrandState.UNDECIDED)]


def test_whoever_comes_back_when_somebody_else_has_the_errand_changes_nothing_but_that_it_is_done(house: House) -> None:
    """Pitfall C6: a carrier slower than its lease."""
    house.supporter("Anna")
    asked(house)
    with house.database.writing() as session:
        slow = errands.claim(session, now=house.now)
        errands.claim(session, now=house.now + errands.LEASE[ErrandKind.TEXT])
    assert slow is not None
    before = house.errands()[0].due_at

    with house.database.writing() as session:
        errands.kept(session, slow, "no account")
        errands.not_found(session, slow, now=house.now)
        errands.failed(session, slow, PortFailed("refused", permanent=True), now=house.now)
    unmoved = house.errands()[0]
    with house.database.writing() as session:
        errands.done(session, slow, "SM1", now=house.now)

    assert (unmoved.state, unmoved.outcome, unmoved.due_at) == (ErrandState.UNDECIDED, errands.UNDER_WAY, before)
    assert (house.errands()[0].state, house.errands()[0].outcome) == (ErrandState.DONE, "SM1")


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
