"""Mail or the provider's API down in the middle of a call: nobody hears of it, and nothing is sent twice (R14, R21)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from helpdesk.ports import Letter, PortFailed
from models.values import CallOutcome, ErrandKind, ErrandState, TaskKind
from tests.house import House
from tests.ports import Shelf


class AClosedPostOffice:
    """Fulfils Mail: nobody is there."""

    def send(self, _letter: Letter) -> None:
        raise PortFailed("the mail server is out of reach: [Errno 111] Connection refused", permanent=False)


def states(house: House, kind: ErrandKind) -> set[ErrandState]:
    """How the errands of that kind stand."""
    return {errand.state for errand in house.errands() if errand.kind is kind}


def is_without_mail(house: House) -> Shelf:
    """Connected to the world, and its mail server is down; where the letters go once it is `back`."""
    shelf = house.is_connected_to_the_world()
    house.ports = replace(house.ports, mail=AClosedPostOffice())
    return shelf


@pytest.mark.parametrize("backend", ["sqlite"])
def test_without_mail_a_talk_is_charged_and_its_letters_go_out_once_when_it_is_back(house: House) -> None:
    """R14, R21: texts go out meanwhile; a letter that waits says why."""
    shelf = is_without_mail(house)
    caller, anna = house.caller(email="mette@nordvig.example"), house.supporter("Anna", email="anna@house.example")
    house.connects(caller, anna)
    house.forward(minutes=16)
    house.phone(caller).hangs_up()
    house.forward(minutes=2)
    waiting = [errand for errand in house.errands() if errand.kind is ErrandKind.MAIL]

    house.ports = replace(house.ports, mail=shelf)
    house.forward(minutes=10)

    assert house.charges(caller) == [-15, -15]
    assert not any("Undskyld" in words for words in house.phone(caller).said)
    assert {errand.state for errand in waiting} == {ErrandState.DUE}
    assert all("out of reach" in (errand.outcome or "") for errand in waiting)
    assert sorted(to for to, _subject, _body in shelf.letters) == ["anna@house.example", "mette@nordvig.example"]
    assert states(house, ErrandKind.TEXT) == states(house, ErrandKind.MAIL) == {ErrandState.DONE}


@pytest.mark.parametrize("backend", ["sqlite"])
def test_mail_that_stays_away_is_given_up_visibly_and_sent_by_hand(house: House) -> None:
    """R21: after eight tries it is `failed`, and nothing of it is lost."""
    is_without_mail(house)
    caller, anna = house.caller(email="mette@nordvig.example"), house.supporter("Anna")
    house.connects(caller, anna)
    house.phone(caller).hangs_up()

    house.forward(minutes=90)

    given_up = [errand for errand in house.errands() if errand.kind is ErrandKind.MAIL]
    assert [(errand.state, errand.tries, errand.due_at) for errand in given_up] == [(ErrandState.FAILED, 8, None)]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_without_the_providers_api_a_talk_is_charged_and_no_text_is_sent_twice(house: House) -> None:
    """R14, R21: it said 500 and may have them, so they are looked up, and what it does not know of waits for a person."""
    house.is_connected_to_the_world()
    house.exchange.knobs.rest_down = True
    caller, anna = house.caller(), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(minutes=16)
    house.phone(caller).hangs_up()
    house.forward(minutes=2)
    meanwhile = states(house, ErrandKind.TEXT)

    house.exchange.knobs.rest_down = False
    house.forward(minutes=40)

    assert house.outcome(caller) is CallOutcome.TALKED
    assert house.charges(caller) == [-15, -15]
    assert not any("Undskyld" in words for words in house.phone(caller).said)
    assert meanwhile == states(house, ErrandKind.TEXT) == {ErrandState.UNDECIDED}
    assert all("not found at the provider" in (errand.outcome or "") for errand in house.errands())
    assert house.phone(caller).texts == house.phone(anna).texts == []


@pytest.mark.parametrize("backend", ["sqlite"])
def test_without_mail_and_texts_a_callback_stays_a_task_that_reminds(house: House) -> None:
    """R14: whoever comes back finds it, with its deadline; every reminder tries again."""
    is_without_mail(house)
    house.exchange.knobs.rest_down = True
    caller, anna = house.caller(), house.supporter("Anna")
    house.phone(anna).behaves("no_answer")
    house.accepts_price(caller).hears("bliver du ringet op").keys("1").waits(20)

    house.forward(minutes=50)

    assert [(task.kind, task.taken_at, task.alarms) for task in house.tasks()] == [(TaskKind.CALLBACK, None, 2)]
    assert len([errand for errand in house.errands() if errand.payload["to"] == f"supporter:{anna.id}"]) == 3
