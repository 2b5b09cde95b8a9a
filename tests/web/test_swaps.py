"""Swaps: one supporter asks on their own page, the colleague answers on theirs, and what they agree on is a part of the rota."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import select

from helpdesk import rotas, swaps
from helpdesk.swap_checks import Absent, Answered, AskedAlready, Begun, HandedOn, Named, NotTheirs, SwapRefused, Twice
from models import Audit, Errand, Rota, Supporter, SwapRequest, User
from models.swaps import SwapState
from models.values import Flow, Role
from oncall import roster
from oncall import rotas as versions
from tests.house import ASupporter, House
from tests.oncall.rotas import moment
from tests.web.people import Somebody, signed_in
from tests.web.test_every_page import secured

DAYS = """
[[layer]]
name = "Nat"
people = [{0}, {1}]
starts = 2026-11-16T16:00:00
every = "day"
"""
TUESDAY, WEDNESDAY = datetime(2026, 11, 24, 16), datetime(2026, 11, 25, 16)  # noqa: DTZ001 - local, as a rota says them
Ask = Callable[..., int]


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def anna(house: House) -> ASupporter:
    return house.supporter("Anna", on_duty=False)


@pytest.fixture
def bo(house: House, anna: ASupporter) -> ASupporter:
    """Whose turn it is on odd days; both can log in."""
    bo = house.supporter("Bo", on_duty=False)
    house.rota(DAYS.format(anna.id, bo.id))
    with house.database.writing() as session:
        for number, name in ((anna.id, "anna"), (bo.id, "bo")):
            address = f"{name}@log-in.example"
            session.add(User(email=address, name=name, role=Role.SUPPORTER, supporter_id=number, created_at=house.now))
    return bo


@pytest.fixture
def asks(house: House, anna: ASupporter, bo: ASupporter) -> Ask:
    """Anna asks Bo to take Tuesday, or to swap it for his Wednesday; the number of her request."""

    def asked(*, back: datetime | None = None) -> int:
        shift = Named(line=Flow.SUPPORT, layer="Nat", starts=TUESDAY)
        mine = Named(line=Flow.SUPPORT, layer="Nat", starts=back) if back else None
        with house.database.writing() as session:
            return swaps.ask(session, shift, of=anna.id, colleague=bo.id, back=mine, by="anna", now=house.now).id

    return asked


def agrees(house: House, number: int, bo: ASupporter) -> None:
    with house.database.writing() as session:
        swaps.agree(session, number, colleague=bo.id, by="bo", now=house.now)


def newest(house: House) -> int | None:
    with house.database.reading() as session:
        return versions.newest(session, Flow.SUPPORT)


def state(house: House, number: int) -> SwapState:
    with house.database.reading() as session:
        return session.get_one(SwapRequest, number).state


def at_desk(house: House, supporter: ASupporter) -> Somebody:
    with house.database.writing() as session:
        for user in session.scalars(select(User).where(User.supporter_id == supporter.id)):
            user.supporter_id, user.role = None, Role.AUDITOR
    with house.database.reading() as session:
        return signed_in(house, Role.SUPPORTER, supporter=session.get_one(Supporter, supporter.id), name=supporter.name)


def test_a_swap_is_asked_for_and_agreed_on_two_telephones(house: House, anna: ASupporter, bo: ASupporter) -> None:
    """R12: from the pressed yes on the rota says so, both are told, and an administrator may take it back."""
    hers, his, chief = at_desk(house, anna), at_desk(house, bo), secured(house, Role.ADMINISTRATOR)
    link = next(
        one.replace("&amp;", "&") for one in re.findall(r'href="(/me/shifts/swap[^"]+)"', hers.sees("/me").text) if "24T" in one
    )

    form = hers.sees(link).text
    asked = hers.sends(link, choice=f"{bo.id}|{WEDNESDAY.isoformat()}|Nat")
    before, waits = his.sees("/me").text, hers.sees("/me").text
    agreed = his.sends("/me/swaps/1/agree", page="/me")
    again = his.sends("/me/swaps/1/decline", page="/me")
    duty = [chief.sees(f"/duty/now?at=2026-11-{day}T20:00").text for day in (24, 25)]
    listed = chief.sees("/duty/swaps").text
    nobodys = [
        hers.sends("/me/swaps/1/agree", page="/me").status_code,  # she asked: it is not for her to answer
        hers.sends("/me/swaps/7/decline", page="/me").status_code,
        chief.sends("/duty/swaps/7/undo", page="/duty/swaps").status_code,
    ]
    undone = chief.sends("/duty/swaps/1/undo", page="/duty/swaps")

    assert "Bo: tager den" in form
    assert "Bo: bytter med ons. 25. nov." in form
    assert (asked.status_code, agreed.status_code, again.status_code, undone.status_code) == (302, 302, 409, 302)
    assert nobodys == [404, 404, 404]
    assert "Anna vil bytte vagt med dig." in before
    assert ("venter på svar" in waits, "du har spurgt" in waits) == (True, True)
    assert ["bytte 1: Bo" in duty[0], "bytte 1: Anna" in duty[1]] == [True, True]
    assert ("aftalt" in listed, "Ja, tag det tilbage" in listed) == (True, True)
    assert "bytte 1" not in chief.sees("/duty/now?at=2026-11-24T20:00").text
    with house.database.reading() as session:
        told = [one.payload["notice"] for one in session.scalars(select(Errand).order_by(Errand.id))]
        actions = [one.action for one in session.scalars(select(Audit).where(Audit.subject == "swap:1").order_by(Audit.id))]
    assert [one for one in told if "swap" in one] == ["swap_asked", "swap_agreed", "swap_undone", "swap_undone"]
    assert actions == ["swap_asked", "swap_agreed", "swap_undone"]


def test_a_shift_that_is_taken_over_follows_it_when_its_hours_are_edited(
    house: House, anna: ASupporter, bo: ASupporter, asks: Ask
) -> None:
    """R12: it is a swap without a second side (docs/rota.md)."""
    agrees(house, asks(), bo)

    with house.database.writing() as session:
        version = rotas.newest(session, Flow.SUPPORT)
        later = {**version.content, "layer": [version.content["layer"][0] | {"starts": "2026-11-16T17:00:00"}]}
        told = rotas.changed(session, later, {}, by="test", now=house.now)
    seen = secured(house, Role.AUDITOR).sees("/duty/now?at=2026-11-24T20:00").text

    assert version.content["swap"] == [
        {"first": {"layer": "Nat", "starts": "2026-11-24T16:00:00", "supporter": anna.id}, "taker": bo.id}
    ]
    assert told.resting == []
    assert "bytte 1: Bo" in seen


@pytest.mark.parametrize(
    ("what", "refused"),
    [
        ("they are away", Absent),
        ("they are on duty elsewhere", Twice),
        ("it is not hers any more", NotTheirs),
        ("it has other hours", NotTheirs),
        ("it has begun", Begun),
        ("it was withdrawn", Answered),
    ],
)
def test_what_stands_against_a_swap_leaves_the_rota_as_it_is(
    house: House, anna: ASupporter, bo: ASupporter, asks: Ask, what: str, refused: type[SwapRefused]
) -> None:
    """R12: found anew when it is answered; the request stays what it was."""
    number = asks()
    with house.database.writing() as session:
        if what == "they are away":
            away = {"supporter": bo.id, "from": "2026-11-24T20:00:00", "to": "2026-11-24T21:00:00"}
            rotas.agree(session, "absence", away, line=Flow.SUPPORT, by="test", now=house.now)
        elif what == "it was withdrawn":
            swaps.withdraw(session, number, supporter=anna.id, by="anna", now=house.now)
    if what == "they are on duty elsewhere":
        house.shift(bo, "2026-11-25T10:00", "2026-11-25T12:00", tier=2)
    elif what == "it is not hers any more":
        house.rota(DAYS.format(bo.id, anna.id))
    elif what == "it has other hours":
        house.rota(DAYS.format(anna.id, bo.id).replace('"day"', '"day"\nhours = [{ from = "16:00", to = "08:00" }]'))
    elif what == "it has begun":
        house.clock_works = False
        house.skip(days=2)
    version = newest(house)

    with pytest.raises(refused):
        agrees(house, number, bo)

    assert newest(house) == version
    assert state(house, number) is (SwapState.WITHDRAWN if refused is Answered else SwapState.ASKED)


def test_whoever_stands_in_for_an_hour_of_a_shift_may_take_all_of_it_over(
    house: House, anna: ASupporter, bo: ASupporter, asks: Ask
) -> None:
    """R12: Anna is away for an hour in the middle, and Bo has that hour already: he would not be on duty twice."""
    away = {"supporter": anna.id, "from": "2026-11-24T20:00:00", "to": "2026-11-24T21:00:00"}
    with house.database.writing() as session:
        rotas.agree(session, "absence", away, line=Flow.SUPPORT, by="test", now=house.now)

    agrees(house, asks(), bo)

    with house.database.reading() as session:
        at = [moment(f"2026-11-24T{hour}:30") for hour in (16, 20, 23)]
        assert [[one.id for one in roster.on_duty(session, one)] for one in at] == [[bo.id]] * 3


def test_there_is_one_request_a_shift_and_it_lapses_when_the_shift_begins(house: House, anna: ASupporter, asks: Ask) -> None:
    """Whoever asked is told once that nobody answered; a question that is still to be sent is sent no more."""
    number = asks()

    with pytest.raises(AskedAlready):
        asks(back=WEDNESDAY)
    house.clock_works = False
    house.comes_to("2026-11-24T16:05")
    with house.database.writing() as session:
        for _ in range(2):
            swaps.lapse(session, now=house.now)
    house.is_connected_to_the_world()
    house.tick()

    assert state(house, number) is SwapState.LAPSED
    assert house.notices("swap_lapsed") == [(f"supporter:{anna.id}", "text")]
    [question] = [one for one in house.errands() if one.payload["notice"] == "takeover_asked"]
    assert question.outcome == "not sent: the swap is asked for no more"


def test_one_whose_shift_was_handed_on_is_taken_back_behind_that_one(
    house: House, anna: ASupporter, bo: ASupporter, asks: Ask
) -> None:
    """R12: or whoever has it now would lose it without a word."""
    agrees(house, asks(), bo)
    with house.database.writing() as session:
        shift = Named(line=Flow.SUPPORT, layer="Nat", starts=TUESDAY)
        swaps.ask(session, shift, of=bo.id, colleague=anna.id, back=None, by="bo", now=house.now)
        swaps.agree(session, 2, colleague=anna.id, by="anna", now=house.now)
    version = newest(house)

    with pytest.raises(HandedOn), house.database.writing() as session:
        swaps.undo(session, 1, by="chief", now=house.now)
    refused = (state(house, 1), newest(house)) == (SwapState.AGREED, version)
    with house.database.writing() as session:
        for number in (2, 1):
            swaps.undo(session, number, by="chief", now=house.now)

    assert refused
    assert (state(house, 1), state(house, 2)) == (SwapState.UNDONE, SwapState.UNDONE)
    told = [[to for to, _ in house.notices(one)] for one in ("takeover_undone", "takeover_over", "swap_undone")]
    assert told == [[f"supporter:{bo.id}", f"supporter:{anna.id}"], [f"supporter:{anna.id}", f"supporter:{bo.id}"], []]


def test_what_went_to_and_fro_and_away_again_is_taken_back_one_after_another(
    house: House, anna: ASupporter, bo: ASupporter, asks: Ask
) -> None:
    """R12: the rota says the first and the third in the same words."""
    agrees(house, asks(), bo)
    with house.database.writing() as session:
        shift = Named(line=Flow.SUPPORT, layer="Nat", starts=TUESDAY)
        back = swaps.ask(session, shift, of=bo.id, colleague=anna.id, back=None, by="bo", now=house.now)
        swaps.agree(session, back.id, colleague=anna.id, by="anna", now=house.now)
    agrees(house, asks(), bo)

    with pytest.raises(HandedOn), house.database.writing() as session:
        swaps.undo(session, 1, by="chief", now=house.now)
    held = []
    for number in (3, 2, 1):
        with house.database.writing() as session:
            swaps.undo(session, number, by="chief", now=house.now)
            held += [one.id for one in roster.on_duty(session, moment("2026-11-24T20:00"))]

    assert held == [anna.id, bo.id, anna.id]
    assert {state(house, number) for number in (1, 2, 3)} == {SwapState.UNDONE}


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_of_two_who_press_yes_at_once_one_does_it(house: House, bo: ASupporter, asks: Ask) -> None:
    number = asks(back=WEDNESDAY)

    with ThreadPoolExecutor(2) as pool:
        each = [pool.submit(agrees, house, number, bo) for _ in range(2)]
        problems = [one.exception() for one in each]

    assert sorted(type(one).__name__ for one in problems) == ["Answered", "NoneType"]
    with house.database.reading() as session:
        assert len(session.get_one(Rota, newest(house) or 0).content["swap"]) == 1
