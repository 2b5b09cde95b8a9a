"""Text messages over real HTTP: tried again where Twilio has done nothing, looked up where it may have, never made twice (C6)."""

from __future__ import annotations

from datetime import timedelta
from typing import NoReturn

import pytest
from sqlalchemy.exc import OperationalError

from app.carrier import carry
from helpdesk import errands
from ivr.twilio_api import TwilioApi
from models import Errand
from models.values import ErrandKind, ErrandState
from tests.app.messages import RUNNING_OUT, asked, carried, ports
from tests.app.outside import Way, free_port
from tests.house import ACCOUNT, BASE, SUPPORT, TOKEN, ASupporter, House

TROUBLE = ["time-out", "broken connection", "503", "an answer that is none"]
LOOKS = [timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15)]


@pytest.fixture
def anna(house: House) -> ASupporter:
    """Supporter 1, whose telephone is switched on; nobody carries errands but the test."""
    house.clock_works = False
    anna = house.supporter("Anna")
    house.phone(anna)
    return anna


@pytest.fixture
def hasty(twilio: TwilioApi) -> TwilioApi:
    """Twilio, asked by somebody who waits a moment only."""
    twilio.client.http_client.timeout = 0.3
    return twilio


def out_of_reach(**_within: object) -> NoReturn:
    """What a database says that is restarted."""
    raise OperationalError("SELECT", None, Exception("terminating connection due to administrator command"))


def looked_up(house: House, text: TwilioApi) -> list[timedelta]:
    """Lets time pass until nothing is due; after how long the errand was in hand each time."""
    waits = []
    while (due := house.errands()[0].due_at) is not None:
        waits.append(due - house.now)
        house.forward(seconds=(due - house.now).total_seconds())
        carry(house.database, ports(text=text), lambda: house.now)
    return waits


@pytest.mark.parametrize("trouble", TROUBLE)
def test_a_text_message_whose_answer_got_lost_is_found_and_not_sent_again(
    house: House, anna: ASupporter, way: Way, hasty: TwilioApi, trouble: str
) -> None:
    """Pitfall C6."""
    way.trouble = trouble
    asked(house)

    doubtful = carried(house, ports(text=hasty))
    waits = looked_up(house, hasty)

    found = house.errands()[0]
    assert (doubtful.state, doubtful.done_at) == (ErrandState.UNDECIDED, None)
    assert waits == LOOKS[:1]
    assert (found.state, found.outcome) == (ErrandState.DONE, next(iter(house.exchange.messages)))
    assert way.requests == ["POST", "GET"]
    assert len(house.phone(anna).texts) == 1


@pytest.mark.parametrize("trouble", TROUBLE)
def test_a_text_message_that_cannot_be_found_is_looked_up_three_times_more_and_waits_for_a_person(
    house: House, anna: ASupporter, way: Way, hasty: TwilioApi, trouble: str
) -> None:
    """Pitfall C6: after 1, 5 and 15 minutes; nothing is ever sent."""
    way.trouble, way.lost = trouble, True
    asked(house)

    carried(house, ports(text=hasty))
    waits = looked_up(house, hasty)

    errand = house.errands()[0]
    assert waits == LOOKS
    assert (errand.state, errand.due_at, errand.done_at) == (ErrandState.UNDECIDED, None, None)
    assert (errand.outcome or "").endswith("; not found at the provider")
    assert way.requests == ["POST", *["GET"] * 4]
    assert house.phone(anna).texts == []


def test_only_this_very_message_is_taken_for_it(house: House, anna: ASupporter, way: Way, hasty: TwilioApi) -> None:
    """Pitfall C6: not the same words sent earlier, or to somebody else, or for another errand; nor other words."""
    bo = house.supporter("Bo")
    asked(house, key="before")
    carried(house, ports(text=hasty))
    house.forward(seconds=60)
    asked(house, key="twin")
    hasty.send(bo.phone, words := next(iter(house.exchange.messages.values())).body)
    hasty.send(anna.phone, f"{words} Og mere.")
    carry(house.database, ports(text=hasty), lambda: house.now)
    asked(house, key="lost")
    way.trouble, way.lost = "503", True

    carry(house.database, ports(text=hasty), lambda: house.now)
    for _ in range(4):
        house.forward(minutes=16)
        carry(house.database, ports(text=hasty), lambda: house.now)

    before, twin, lost = house.errands()
    assert (before.state, twin.state) == (ErrandState.DONE, ErrandState.DONE)
    assert before.outcome != twin.outcome
    assert (lost.state, lost.due_at) == (ErrandState.UNDECIDED, None)


def test_while_twilio_is_down_a_look_is_put_off_and_counts_for_nothing(
    house: House, anna: ASupporter, way: Way, hasty: TwilioApi
) -> None:
    """Pitfall C6: three hours later it is found all the same."""
    way.trouble = "503"
    asked(house)
    carried(house, ports(text=hasty))
    house.exchange.knobs.rest_down = True

    puts_off = []
    while house.now < house.errands()[0].asked_at + timedelta(hours=3):
        due = house.errands()[0].due_at
        assert due is not None
        puts_off.append(due - house.now)
        house.forward(seconds=(due - house.now).total_seconds())
        carried(house, ports(text=hasty))
    house.exchange.knobs.rest_down = False
    looked_up(house, hasty)

    assert puts_off[:4] == [timedelta(seconds=seconds) for seconds in (15, 15, 30, 60)]
    assert house.errands()[0].state is ErrandState.DONE
    assert house.errands()[0].payload["doubt"]["looks"] == 0
    assert len(house.phone(anna).texts) == 1


def test_a_database_that_fails_puts_a_look_off_too(
    house: House, anna: ASupporter, way: Way, hasty: TwilioApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pitfall C6: what it would look for could not be read; it is looked up a moment later, and waits for nobody."""
    way.trouble = "503"
    asked(house)
    carried(house, ports(text=hasty))
    house.forward(seconds=15)

    with monkeypatch.context() as broken:
        broken.setattr(house.database, "reading", out_of_reach)
        carry(house.database, ports(text=hasty), lambda: house.now)
    put_off = house.errands()[0]
    waits = looked_up(house, hasty)

    assert (put_off.state, waits) == (ErrandState.UNDECIDED, LOOKS[:1])
    assert house.errands()[0].state is ErrandState.DONE
    assert len(house.phone(anna).texts) == 1


def test_a_look_that_never_works_ends_after_a_day(house: House, anna: ASupporter, way: Way, hasty: TwilioApi) -> None:
    way.trouble = "503"
    asked(house)
    carried(house, ports(text=hasty))
    house.exchange.knobs.rest_down = True

    waited = sum(looked_up(house, hasty), timedelta())

    assert timedelta(days=1) <= waited < timedelta(days=2)
    assert house.errands()[0].state is ErrandState.UNDECIDED
    assert len(house.phone(anna).texts) == 1


@pytest.mark.parametrize("went_out", [True, False])
def test_what_a_killed_carrier_had_in_hand_is_looked_up(
    house: House, anna: ASupporter, twilio: TwilioApi, *, went_out: bool
) -> None:
    """Pitfall C6: killed behind the sending, or before it."""
    asked(house)
    with house.database.writing() as session:
        errands.claim(session, now=house.now)
    if went_out:
        twilio.send(anna.phone, "Pointene slipper op: Nordvig\nSamtalen afbrydes kl. 03.25, hvis der ikke købes flere point.")

    waits = looked_up(house, twilio)

    errand = house.errands()[0]
    assert waits == [errands.LEASE[ErrandKind.TEXT], *([] if went_out else LOOKS[1:])]
    assert errand.state is (ErrandState.DONE if went_out else ErrandState.UNDECIDED)
    assert (errand.outcome or "").startswith("SM" if went_out else errands.STOPPED)
    assert len(house.phone(anna).texts) == went_out


def test_without_an_account_any_more_what_is_in_doubt_waits_for_a_person(
    house: House, anna: ASupporter, way: Way, hasty: TwilioApi
) -> None:
    way.trouble = "503"
    asked(house)
    carried(house, ports(text=hasty))
    house.forward(seconds=15)

    errand = carried(house, ports())

    assert (errand.state, errand.due_at) == (ErrandState.UNDECIDED, None)
    assert len(house.phone(anna).texts) == 1


def test_when_twilio_asks_to_slow_down_it_is_tried_again_ever_later(house: House, anna: ASupporter, twilio: TwilioApi) -> None:
    """Contract §5: 429 was not processed; the pauses double, and the eighth try is the last."""
    house.exchange.knobs.rest_busy = 3
    asked(house)

    first = carried(house, ports(text=twilio))
    waits = looked_up(house, twilio)

    assert first.state is ErrandState.DUE
    assert waits == [timedelta(seconds=seconds) for seconds in (15, 30, 60)]
    assert (house.errands()[0].state, house.errands()[0].tries) == (ErrandState.DONE, 4)
    house.forward(seconds=30)
    assert len(house.phone(anna).texts) == 1


def test_when_twilio_asks_to_slow_down_for_ever_it_is_given_up_visibly(house: House, anna: ASupporter, twilio: TwilioApi) -> None:
    house.exchange.knobs.rest_busy = 100
    asked(house)

    carried(house, ports(text=twilio))
    looked_up(house, twilio)

    assert (house.errands()[0].state, house.errands()[0].tries) == (ErrandState.FAILED, errands.MOST_TRIES)
    assert house.phone(anna).texts == []


def test_a_message_that_was_refused_for_a_wrong_token_is_sent_when_it_is_right(
    house: House, anna: ASupporter, twilio: TwilioApi
) -> None:
    """Pitfall C6: HTTP 401 says nothing of the message, and a token that is changed at Twilio first must lose none."""
    api = str(twilio.client.api.base_url)
    asked(house)

    errand = carried(house, ports(text=TwilioApi(account=ACCOUNT, token="old", base_url=BASE, api_base_url=api, sms_from=SUPPORT)))
    waits = looked_up(house, twilio)

    assert errand.state is ErrandState.DUE
    assert "HTTP 401" in (errand.outcome or "")
    assert waits == LOOKS[:1]
    house.forward(seconds=30)
    assert len(house.phone(anna).texts) == 1


def test_a_message_that_never_left_the_house_is_sent_later(house: House, anna: ASupporter, twilio: TwilioApi) -> None:
    """Pitfall C6: a refused connection is no message that may have gone out."""
    nobody = f"http://127.0.0.1:{free_port()}"
    asked(house)

    errand = carried(
        house, ports(text=TwilioApi(account=ACCOUNT, token=TOKEN, base_url=BASE, api_base_url=nobody, sms_from=SUPPORT))
    )
    waits = looked_up(house, twilio)

    assert errand.state is ErrandState.DUE
    assert waits == LOOKS[:1]
    house.forward(seconds=30)
    assert len(house.phone(anna).texts) == 1


def test_a_number_that_twilio_refuses_is_given_up_without_the_number_in_the_outcome(house: House, twilio: TwilioApi) -> None:
    """R23."""
    house.supporter("Anna", phone=SUPPORT)
    asked(house, payload=RUNNING_OUT)

    errand: Errand = carried(house, ports(text=twilio))

    assert errand.state is ErrandState.FAILED
    assert "Invalid 'To' Phone Number: …63" in (errand.outcome or "")
