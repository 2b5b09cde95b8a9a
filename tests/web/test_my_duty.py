"""A supporter's own pages: they see their own calls, and what they say about themselves counts at once."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from helpdesk import notes
from models import Alarm, Audit, Call, Case, Correction, Line, ReadinessTest, Supporter
from models.corrections import CorrectionReason, CorrectionState
from models.values import Flow, Role
from oncall import telephones
from tests.house import ACaller, ASupporter, House
from tests.web.people import Somebody, signed_in


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def anna(house: House) -> ASupporter:
    return house.supporter("Anna")


@pytest.fixture
def desk(house: House, anna: ASupporter) -> Somebody:
    """Anna, in front of her own page."""
    return at_desk(house, anna)


def at_desk(house: House, supporter: ASupporter) -> Somebody:
    with house.database.reading() as session:
        me = session.get_one(Supporter, supporter.id)
        return signed_in(house, Role.SUPPORTER, supporter=me, name=supporter.name)


def talked(house: House, caller: ACaller, supporter: ASupporter, minutes: int = 17) -> str:
    house.connects(caller, supporter)
    house.forward(minutes=minutes)
    house.phone(caller).hangs_up()
    house.forward(minutes=3)
    with house.database.reading() as session:
        return session.scalars(select(Call.sid).order_by(Call.id.desc())).first() or ""


def test_whoever_is_on_duty_by_a_rota_sees_their_shifts(house: House, anna: ASupporter, desk: Somebody) -> None:
    """R12: those of the rota and those that were written beside it, the next first."""
    house.rota(
        f"""
        [[layer]]
        name = "Nat"
        tier = 2
        people = [{anna.id}]
        starts = 2026-11-16T08:00:00
        every = "week"
        hours = [{{ days = ["mon"], from = "02:00", to = "06:00" }}]
        """
    )
    house.shift(anna, "2026-11-24T08:00", "2026-11-24T16:00")

    page = desk.sees("/me").text

    shown = re.findall(r"<time [^>]*datetime=\"([^\"]+)\"[^>]*>[^<]*</time> – <time [^>]*datetime=\"([^\"]+)\"", page)
    assert [tuple(at[:16] for at in one) for one in shown[:3]] == [
        ("2026-11-23T01:00", "2026-11-23T05:00"),
        ("2026-11-24T07:00", "2026-11-24T15:00"),
        ("2026-11-30T01:00", "2026-11-30T05:00"),
    ]


def test_colleagues_who_can_be_reached_are_those_of_ones_own_line(house: House, desk: Somebody) -> None:
    """Whoever is alone at the office is not told of the one who has the night line, and the other way round."""
    house.has_office(None)
    ida = at_desk(house, house.supporter("Ida", lines=(Flow.OFFICE,)))
    both = at_desk(house, house.supporter("Kim", lines=(Flow.OFFICE, Flow.SUPPORT)))

    told = [re.findall(r"(\d) kolleg", one.sees("/me/live").text) for one in (desk, ida, both)]

    assert told == [["1"], ["1"], ["2"]]


def test_on_duty_until_is_the_end_of_the_last_shift_without_a_break(house: House, anna: ASupporter, desk: Somebody) -> None:
    """R12: Anna stands in for Bo until six, and is on then herself until noon."""
    bo = house.supporter("Bo")
    house.rota(
        f"""
        [[layer]]
        name = "Nat"
        people = [{bo.id}, {anna.id}, {bo.id}]
        starts = 2026-11-23T00:00:00
        every = "6 hours"
        [[absence]]
        supporter = {bo.id}
        from = 2026-11-23T00:00:00
        to = 2026-11-23T12:00:00
        """
    )

    page = desk.sees("/me/live").text

    assert re.findall(r"På vagt til (.*?)\. \d kolleg", page) == ["23.11.2026 12.00"]


def test_whoever_says_that_they_cannot_be_reached_is_not_rung_until_they_can(
    house: House, anna: ASupporter, desk: Somebody
) -> None:
    bo, caller = house.supporter("Bo", tier=2), house.caller()

    desk.sends("/me/away", page="/me")
    house.accepts_price(caller).hears_ringing()
    rings = [house.phone(one).rings for one in (anna, bo)]
    house.phone(caller).hangs_up()
    house.forward(minutes=5)
    desk.sends("/me/back", page="/me")
    house.accepts_price(caller).hears_ringing()

    assert rings == [False, True]
    assert house.phone(anna).rings


def test_the_last_who_can_be_reached_is_asked_again_and_an_administrator_is_told(
    house: House, anna: ASupporter, desk: Somebody
) -> None:
    refused = desk.sends("/me/away", page="/me")
    with house.database.reading() as session:
        was_there = session.get_one(Supporter, anna.id).away_since is None

    desk.sends("/me/away/sure", page="/me")

    assert refused.status_code == 409
    assert "den eneste på vagt" in refused.text
    assert was_there
    with house.database.reading() as session:
        assert session.get_one(Supporter, anna.id).away_since is not None
        assert session.scalars(select(Alarm.notice)).all() == ["unreachable"]


def test_the_last_resort_is_asked_again_while_nobody_else_is_there(house: House, anna: ASupporter, desk: Somebody) -> None:
    house.nobody_is_on_duty()
    house.rota(
        f'last_resort = {anna.id}\n[[layer]]\nname = "Nat"\npeople = [{anna.id}]\nstarts = 2027-01-01T08:00:00\nevery = "week"'
    )

    refused = desk.sends("/me/away", page="/me")

    assert refused.status_code == 409
    assert "Du er sidste udvej" in refused.text


def test_a_coming_shift_is_acknowledged_at_a_press_where_the_line_asks_for_it(
    house: House, anna: ASupporter, desk: Somebody
) -> None:
    with house.database.writing() as session:
        session.scalars(select(Line)).one().acknowledge_hours = 12
    house.nobody_is_on_duty()
    house.shift(anna, "2026-11-23T12:00", "2026-11-23T16:00")

    seen = desk.sees("/me").text
    [way] = re.findall(r'action="(/me/shifts/support/[^"]+/acknowledge)"', seen)
    elsewhere = [desk.sends(f"/me/shifts/support/{when}/acknowledge", page="/me") for when in ("abc", "2026-11-23T13:00:00")]
    known = desk.sends(way, page="/me")

    assert "en administrator har fået besked" in seen
    assert ([one.status_code for one in elsewhere], known.status_code) == ([404, 404], 302)
    assert "/me/shifts/" not in desk.sees("/me").text
    with house.database.reading() as session:
        assert session.scalars(select(Audit.actor).where(Audit.action == "shift_acknowledged")).all() == [desk.email]


def test_wrap_up_can_be_longer_and_shorter(house: House, anna: ASupporter, desk: Somebody) -> None:
    talked(house, house.caller(), anna, minutes=1)

    desk.sends("/me/longer", page="/me")
    with house.database.reading() as session:
        longer = session.get_one(Supporter, anna.id).free_at
    desk.sends("/me/ready", page="/me")

    assert longer is not None
    assert 290 < (longer - house.now).total_seconds() <= 300
    with house.database.reading() as session:
        assert session.get_one(Supporter, anna.id).free_at is None
        audited = session.scalars(select(Audit.action).where(Audit.subject == f"supporter:{anna.id}").order_by(Audit.id)).all()
        assert audited[-2:] == ["wrap_up_longer", "wrap_up_ended"]


def test_a_note_stands_on_the_case_and_a_fault_of_ours_waits_for_somebody_else(
    house: House, anna: ASupporter, desk: Somebody
) -> None:
    sid = talked(house, house.caller(), anna)

    empty, unseen = (desk.sends(f"/me/calls/{sid}/note", page="/me", **{f"{sid}-text": text}) for text in (" \t", "a\0b"))
    desk.sends(f"/me/calls/{sid}/note", page="/me", **{f"{sid}-text": "Genstartede kassen."})
    desk.sends(f"/me/calls/{sid}/own-fault", page="/me", **{f"{sid}-note": "Vi havde selv slukket for serveren."})

    assert (empty.status_code, unseen.status_code) == (422, 422)
    with house.database.reading() as session:
        call = session.scalars(select(Call)).one()
        assert [note.text for note in notes.of_case(session, session.get_one(Case, call.case_id))] == ["Genstartede kassen."]
        asked = session.scalars(select(Correction)).one()
        assert (asked.reason, asked.state, asked.points) == (CorrectionReason.OWN_FAULT, CorrectionState.ASKED, 30)
        assert asked.asked_by == desk.email
        assert session.scalars(select(Audit.actor).where(Audit.action == "note_written")).all() == [desk.email]


def test_a_supporter_rings_themselves_as_a_test_and_sees_how_it_went_there_and_on_the_board(
    house: House, anna: ASupporter, desk: Somebody
) -> None:
    house.is_connected_to_the_world()

    asked = desk.sends("/me/ring", page="/me")
    twice = desk.sends("/me/ring", page="/me/live")
    going = [desk.sees(page).text for page in ("/me", "/now")]
    house.tick()
    house.phone(anna).hears_ringing().waits(9).picks_up().hears("Tast 1").keys("1")
    over = [desk.sees(page).text for page in ("/me", "/me/live", "/now/live")]

    assert (asked.status_code, twice.status_code) == (302, 409)
    assert "bliver allerede prøvet" in twice.text
    assert "prøven er i gang" in going[0]
    assert "bliver prøvet" in going[1]
    assert all("svarede efter 9 s" in page and "prøvet" in page for page in over)
    with house.database.reading() as session:
        told = session.scalars(select(Audit).where(Audit.subject == f"supporter:{anna.id}").order_by(Audit.id)).all()
        assert [(one.action, one.actor) for one in told] == [
            ("supporter_test_asked", desk.email),
            ("supporter_tested", "provider"),
        ]


@pytest.mark.parametrize("act", ["note", "own-fault"])
def test_somebody_elses_call_is_not_there(house: House, desk: Somebody, act: str) -> None:
    bo = house.supporter("Bo")
    desk.sends("/me/away", page="/me")
    sid = talked(house, house.caller(), bo)

    answer = desk.sends(f"/me/calls/{sid}/{act}", page="/me", **{f"{sid}-text": "x", f"{sid}-note": "x"})

    assert answer.status_code == 404
    assert sid not in desk.sees("/me").text


@pytest.mark.parametrize("wrong", ["", "abc", "123", "+45 20 30"])
def test_a_number_that_is_none_is_refused_and_kept_in_the_form(house: House, anna: ASupporter, desk: Somebody, wrong: str) -> None:
    answer = desk.sends("/me/number", page="/me", phone=wrong)

    assert answer.status_code == 422
    assert f'value="{wrong}"' in answer.text
    with house.database.reading() as session:
        assert session.get_one(Supporter, anna.id).phone == anna.phone


def test_another_number_is_rung_and_the_audit_says_who_changed_it(house: House, anna: ASupporter, desk: Somebody) -> None:
    bo = house.supporter("Bo", tier=2)

    taken = desk.sends("/me/number", page="/me", phone=bo.phone, seconds="15")
    twice = desk.sends("/me/number", page="/me", phone="20 30 40 99", second="20304099", seconds="15")
    short = desk.sends("/me/number", page="/me", phone="20 30 40 99", seconds="9")
    desk.sends("/me/number", page="/me", phone="20 30 40 99", seconds="15")

    assert [answer.status_code for answer in (taken, twice, short)] == [422, 422, 422]
    with house.database.reading() as session:
        assert session.get_one(Supporter, anna.id).phone == "+4520304099"
        changed = session.scalars(select(Audit).where(Audit.action == "supporter_number_changed")).one()
        assert (changed.actor, changed.address, changed.details["after"]) == (desk.email, "127.0.0.1", {"phone": "+45…99"})


def test_a_second_number_and_the_ring_time_are_the_supporters_own_and_are_tested(
    house: House, anna: ASupporter, desk: Somebody
) -> None:
    """R12, ADR 18: nobody else can have it, not even as their first; a number that cannot be rung is shown on the page."""
    bo = house.supporter("Bo", tier=2, second="+4520304098")
    fields = {"phone": anna.phone, "seconds": "20"}

    taken = desk.sends("/me/number", page="/me", second="20 30 40 98", **fields)
    desk.sends("/me/number", page="/me", second="20 30 40 97", **fields)
    desk.sends("/me/ring", page="/me", second="2")
    with house.database.writing() as session:
        me = session.get_one(Supporter, anna.id)
        rung = (me.second_phone, me.ring_seconds, session.scalars(select(ReadinessTest.phone)).one())
        telephones.mark(me, "+4520304097", why="failed", now=house.now)
        changed = session.scalars(select(Audit).where(Audit.action == "supporter_number_changed")).one().details["after"]
    shown, board = desk.sees("/me").text, desk.sees("/now").text

    assert (taken.status_code, bo.phone in taken.text) == (422, False)
    assert rung == ("+4520304097", 20, "+4520304097")
    assert changed == {"second": "+45…97", "seconds": 20}
    assert ["+45…97 kan ikke ringes op" in page for page in (shown, board)] == [True, True]


@pytest.mark.parametrize(("taken", "wrong"), [("phone", "phone"), ("second", "second"), ("both", "second")])
def test_a_number_that_is_taken_is_said_at_the_number(house: House, desk: Somebody, taken: str, wrong: str) -> None:
    """Of two that were typed; the same in both fields is wrong in the second."""
    bo = house.supporter("Bo", tier=2)
    fields = {"phone": "20304098", "second": "20304097"} | ({"second": "20304098"} if taken == "both" else {taken: bo.phone})

    page = desk.sends("/me/number", page="/me", seconds="20", **fields).text

    assert re.findall(r'id="(\w+)-wrong"[^>]*>Det nummer bruges allerede', page) == [wrong]


def test_only_supporters_have_a_duty(house: House) -> None:
    assert signed_in(house, Role.AUDITOR).sees("/me").status_code == 404
