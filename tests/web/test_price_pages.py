"""Price lists on their pages: looked at, tried out, drafted in a form without a script, compared and published."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from app.database import Database
from billing.price_file import Wrong
from models import Audit, PriceDraft, PriceList
from models.values import Role
from tests.house import House
from tests.price_lists import DAY_AND_NIGHT, FLAT
from tests.web.people import Somebody, signed_in
from web.console.prices.faults import SENTENCES

KEPT: dict[str, Any] = {
    "name": "Priser 2027",
    "valid_from": "2027-01-01T00:00",
    "extra_holidays": "2026-12-24, 2026-12-31",
    "period-0-title": "Dag",
    "period-0-days": ["mon", "tue"],
    "period-0-holidays": "false",
    "period-0-start": "8",
    "period-0-end": "16.30",
    "period-0-points": "10",
    "period-1-title": "Ellers",
    "period-1-points": "15",
}

ODD = (
    ("", "37"),
    ("fredag", "37"),
    ("0001-01-01T00:00", "5"),
    ("2026-11-27T15:50", "0"),
    ("2026-11-27T15:50", "241"),
    ("2026-11-27T15:50", "x"),
)


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def house(database: Database) -> House:
    """A demo: nobody has to set up a second factor first."""
    return House(database, prices=DAY_AND_NIGHT, env={"DEMO": "1"}, base="http://127.0.0.1:8000")


@pytest.fixture
def bodil(house: House) -> Somebody:
    return signed_in(house, Role.BILLING, name="Bodil")


@pytest.fixture
def draft(bodil: Somebody) -> str:
    """A draft from the list in force: its address."""
    return bodil.sends("/prices/drafts/new", page="/prices", list="1").headers["Location"]


def version(house: House) -> int:
    with house.database.reading() as session:
        return session.scalars(select(PriceDraft.version)).one()


def periods(house: House) -> list[str]:
    with house.database.reading() as session:
        return [one["name"] for one in session.scalars(select(PriceDraft.content)).one()["period"]]


def test_a_list_shows_its_week_and_what_a_talk_would_cost(bodil: Somebody) -> None:
    """R10."""
    page = bodil.sees("/prices/1?at=2026-11-27T15:50&minutes=37").text
    skipped = bodil.sees("/prices/1?at=2027-03-28T02:30&minutes=37")
    strange = [bodil.sees(f"/prices/1?at={at}&minutes={minutes}").status_code for at, minutes in ODD]

    assert "3 kvarter ville koste 40 point." in page
    assert "00–08: 15 · 08–16: 10 · 16–24: 15" in page
    assert '<rect class="period-0" x="480" y="0" width="480"' in page
    assert (skipped.status_code, "Det klokkeslæt findes ikke" in skipped.text) == (422, True)
    assert set(strange) == {422}
    assert bodil.sees("/prices/9").status_code == 404
    assert bodil.sees("/prices/1.toml").text == DAY_AND_NIGHT


def test_lists_stand_by_whether_they_hold_now(house: House, bodil: Somebody) -> None:
    house.publish(FLAT.replace("2020", "2027"))
    house.publish(FLAT.replace("2020", "2019"))

    page = bodil.sees("/prices").text

    assert page.index("kommende") < page.index("gældende") < page.index("tidligere")


def test_a_draft_is_kept_as_it_was_typed_and_says_what_it_changes(house: House, bodil: Somebody, draft: str) -> None:
    kept = bodil.sends(draft, **KEPT, version=version(house))

    page = bodil.sees(f"{draft}?at=2026-11-24T15:50&minutes=20").text

    assert kept.headers["Location"] == draft
    assert 'value="08:00"' in page
    assert 'value="16:30"' in page
    assert "man, tirs 16.00–16.30: 15 → 10 point" in page
    assert "ons–fre 08.00–16.00: 10 → 15 point" in page
    assert "2 kvarter ville koste 20 point." in page
    assert 'from = "08:00"' in bodil.sees(f"{draft}.toml").text


def test_buttons_add_move_and_take_out_periods_without_a_script(house: House, bodil: Somebody, draft: str) -> None:
    seen = [periods(house)]
    for button in ({"add": "1"}, {"up": "2"}, {"remove": "1"}):
        with house.database.reading() as session:
            content = session.scalars(select(PriceDraft.content)).one()
        typed = {f"period-{place}-title": one["name"] or "Ny" for place, one in enumerate(content["period"])}
        assert bodil.sends(draft, name="Priser", **typed, **button, version=version(house)).status_code == 302
        seen.append(periods(house))

    assert seen == [
        ["Dag", "Aften, nat, weekend og helligdage"],
        ["Dag", "", "Aften, nat, weekend og helligdage"],
        ["Ny", "Dag", "Aften, nat, weekend og helligdage"],
        ["Dag", "Aften, nat, weekend og helligdage"],
    ]


def test_faults_are_named_at_their_fields_and_what_was_typed_is_kept(house: House, bodil: Somebody, draft: str) -> None:
    wrong = KEPT | {"valid_from": "2027-03-28T02:30", "period-0-end": "25:00", "period-0-points": "<ti>", "period-1-days": ["mon"]}

    answer = bodil.sends(draft, **wrong, version=version(house))
    page = bodil.sees(draft).text

    assert answer.status_code == 422
    for sentence in ("stilles uret frem", "klokkeslæt som 08:00", "helt antal point", "sidste periode skal altid passe"):
        assert sentence in answer.text
        assert sentence in page
    assert 'value="&lt;ti&gt;"' in page
    assert bodil.sees(f"{draft}/publish").status_code == 422
    assert set(SENTENCES) == set(Wrong)


def test_nobody_writes_over_what_somebody_else_wrote_meanwhile(house: House, bodil: Somebody, draft: str) -> None:
    first = version(house)
    bodil.sends(draft, **KEPT, version=first)

    late = bodil.sends(draft, **KEPT | {"name": "Mine priser"}, version=first)

    assert (late.status_code, "Mine priser" in late.text, "En anden har ændret kladden" in late.text) == (422, True, True)
    assert version(house) == first + 1


def test_a_draft_is_published_by_typing_its_day_and_never_twice(house: House, bodil: Somebody, draft: str) -> None:
    bodil.sends(draft, **KEPT, version=version(house))
    now = version(house)

    wrong = bodil.sends(f"{draft}/publish", date="2027-01-02", version=now)
    stale = bodil.sends(f"{draft}/publish", date="2027-01-01", version=now - 1)
    published = bodil.sends(f"{draft}/publish", date="2027-01-01", version=now)
    gone = bodil.sees(draft)

    assert (wrong.status_code, stale.status_code, gone.status_code) == (422, 422, 404)
    assert published.headers["Location"] == "/prices/2"
    with house.database.reading() as session:
        row = session.get_one(PriceList, 2)
        assert [(one.name, one.days, one.from_minute, one.to_minute, one.points) for one in row.periods] == [
            ("Dag", "12", 480, 990, 10),
            ("Ellers", "1234567", 0, 1440, 15),
        ]
        line = session.scalars(select(Audit).where(Audit.action == "prices_published")).one()
        assert (line.actor, line.subject) == (bodil.email, "price_list:2")
    again = bodil.sends("/prices/drafts/new", page="/prices", list="1").headers["Location"]
    bodil.sends(again, **KEPT, version=version(house))
    taken = bodil.sends(f"{again}/publish", date="2027-01-01", version=version(house))
    assert (taken.status_code, "allerede en prisliste" in taken.text) == (422, True)


def test_a_dropped_draft_can_be_brought_back(house: House, bodil: Somebody, draft: str) -> None:
    dropped = bodil.sends(f"{draft}/drop", page="/prices")
    listed = bodil.sees("/prices").text

    back = bodil.sends(f"{draft}/take-up", page="/prices")

    assert (dropped.status_code, back.headers["Location"]) == (302, draft)
    assert "Slettede kladder" in listed
    with house.database.reading() as session:
        actions = session.scalars(select(Audit.action).where(Audit.subject == "price_draft:1").order_by(Audit.id)).all()
    assert actions == ["price_draft_begun", "price_draft_dropped", "price_draft_taken_up"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe", "ikke TOML"),
        (b"x" * 40_000, "ikke TOML"),
        (b"colour = 1", "ingen prisliste har"),
        (b"", "skal udfyldes"),
    ],
    ids=["no text", "too long", "unknown key", "empty"],
)
def test_a_file_that_is_no_price_list_says_why(bodil: Somebody, content: bytes, sentence: str) -> None:
    answer = bodil.sends("/prices/drafts/upload", page="/prices", file=(BytesIO(content), "priser.toml"))

    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_a_file_becomes_a_draft(house: House, bodil: Somebody) -> None:
    made = bodil.sends("/prices/drafts/upload", page="/prices", file=(BytesIO(DAY_AND_NIGHT.encode()), "priser.toml"))

    assert made.headers["Location"] == "/prices/drafts/1"
    assert periods(house) == ["Dag", "Aften, nat, weekend og helligdage"]


def test_an_auditor_looks_and_a_supporter_sees_nothing(house: House, draft: str) -> None:
    auditor, supporter = signed_in(house, Role.AUDITOR, name="Rie"), signed_in(house, Role.SUPPORTER, name="Sune")
    places = ("/prices", "/prices/1", "/prices/1.toml", draft, f"{draft}.toml")

    assert [auditor.sees(place).status_code for place in places] == [200] * 5
    assert [supporter.sees(place).status_code for place in (*places, f"{draft}/publish")] == [404] * 6
    assert auditor.sees(f"{draft}/publish").status_code == 404
    posts = (draft, f"{draft}/drop", f"{draft}/publish", "/prices/drafts/new", "/prices/drafts/upload")
    assert [auditor.sends(place, page="/account/").status_code for place in posts] == [404] * 5
