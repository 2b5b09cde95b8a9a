"""Long text is kept while it is typed: its user's alone, until it was sent or two weeks went by (ui.md 5)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.database import Database
from helpdesk import drafts
from models import Audit, Draft, User
from models.values import Role
from tests.house import NIGHT, House
from tests.web.people import HERE, Somebody, a_user, at_once
from tests.web.test_my_duty import at_desk, talked


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def house(database: Database) -> House:
    """A demo: nobody has to set up a second factor."""
    return House(database, env={"DEMO": "1"}, base=HERE)


def typed(who: Somebody, place: str, text: str, *, page: str) -> int:
    """What the page of a form does two seconds after the typing stops."""
    return who.sends(f"/drafts/{place}", page=page, text=text).status_code


def kept(house: House) -> dict[str, str]:
    with house.database.reading() as session:
        return dict(session.execute(select(Draft.place, Draft.text)).all())


def test_a_note_that_was_typed_is_there_again_and_goes_with_the_note_it_becomes(house: House) -> None:
    anna = house.supporter("Anna")
    sid = talked(house, house.caller(), anna)
    desk = at_desk(house, anna)
    other = at_once(house, Role.SUPPORTER, name="Bo")
    with house.database.reading() as session:
        lines = session.scalar(select(func.count()).select_from(Audit))

    assert typed(desk, f"note-{sid}", "Genstartede <kassen>", page="/me") == 200
    assert typed(other, f"note-{sid}", "Noget helt andet", page="/me") == 200
    again, wrong = desk.sees("/me").text, desk.sends(f"/me/calls/{sid}/note", page="/me", **{f"{sid}-text": ""})

    assert "Genstartede &lt;kassen&gt;" in again
    assert "Noget helt andet" not in again
    assert "Kladde gemt <time" in again
    assert wrong.status_code == 422
    assert "Genstartede" not in wrong.text
    desk.sends(f"/me/calls/{sid}/note", page="/me", **{f"{sid}-text": "Genstartede kassen."})
    assert "kassen" not in desk.sees("/me").text
    assert list(kept(house).values()) == ["Noget helt andet"]
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Audit).where(Audit.action.contains("draft"))) == 0
        assert session.scalar(select(func.count()).select_from(Audit)) == (lines or 0) + 1


def test_what_is_read_over_before_it_is_booked_is_kept_until_it_is_booked(house: House) -> None:
    """Whoever would rather change it finds the form as they filled it in."""
    bodil, customer = at_once(house, Role.BILLING), house.caller().number
    filled = {"customer": customer, "points": "5", "reason": "goodwill", "note": "Undskyld."}
    typed(bodil, "grant", "Undskyld", page="/billing/grant")

    shown = bodil.sees("/billing/grant").text
    read_over = bodil.sends("/billing/grant", **filled)
    changed = bodil.sends("/billing/grant", **filled, change="1")

    assert "Undskyld</textarea>" in shown
    assert read_over.status_code == 200
    assert kept(house) == {"grant": "Undskyld"}
    assert "Undskyld.</textarea>" in changed.text
    assert "<h1>Læs" not in changed.text
    bodil.sends("/billing/grant", **filled, sure="1")
    assert kept(house) == {}


def test_a_price_list_somebody_else_kept_meanwhile_is_not_written_over_by_what_was_typed(house: House) -> None:
    bodil = at_once(house, Role.BILLING)
    bodil.sends("/prices/drafts/new", page="/prices")
    typed(bodil, "holidays-1-1", "2026-12-24", page="/prices/drafts/1")

    before = bodil.sees("/prices/drafts/1").text
    typed(bodil, "holidays-1-1", "", page="/prices/drafts/1")

    assert "2026-12-24</textarea>" in before
    assert "2026-12-24</textarea>" not in bodil.sees("/prices/drafts/1").text


@pytest.mark.parametrize(
    ("place", "text", "status"),
    [
        ("grant", "x" * drafts.LONGEST, 200),
        ("grant", "x" * (drafts.LONGEST + 1), 422),
        ("No Place", "x", 404),
        ("a" * 90, "x", 404),
    ],
)
def test_a_draft_is_bounded(house: House, place: str, text: str, status: int) -> None:
    bodil = at_once(house, Role.BILLING)

    assert typed(bodil, place, text, page="/billing/grant") == status
    assert len(kept(house)) == (1 if status == 200 else 0)


def test_a_draft_takes_the_token_of_our_own_page_and_somebody_who_writes(house: House) -> None:
    auditor = at_once(house, Role.AUDITOR)
    bodil = at_once(house, Role.BILLING)

    unsealed = bodil.client.post("/drafts/grant", data={"text": "x"}, base_url=bodil.base)

    assert (unsealed.status_code, typed(auditor, "grant", "x", page="/now"), kept(house)) == (400, 404, {})


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_a_user_keeps_the_newest_drafts_and_each_for_two_weeks(database: Database) -> None:
    email = a_user(database, Role.AUDITOR, now=NIGHT)
    with database.writing() as session:
        me = session.scalars(select(User.id).where(User.email == email)).one()

        for number in range(drafts.MOST + 1):
            drafts.keep(session, me, f"note-{number:02d}", "a\0b", now=NIGHT)
        drafts.keep(session, me, "note-01", "c", now=NIGHT + drafts.KEPT_FOR)

        held = drafts.of_user(session, me, now=NIGHT)
        assert (len(held), held["note-01"], held["note-02"]) == (drafts.MOST, ("c", NIGHT + drafts.KEPT_FOR), ("ab", NIGHT))
        assert list(drafts.of_user(session, me, now=NIGHT + drafts.KEPT_FOR)) == ["note-01"]
        drafts.forget_old(session, now=NIGHT + drafts.KEPT_FOR)
        assert session.scalars(select(Draft.place)).all() == ["note-01"]
