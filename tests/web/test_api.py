"""The REST interface: who may ask what, how lists are walked, and what is done once."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import readiness, tokens
from models import Audit, Correction, Journal
from models.api import Scope
from models.values import Role
from tests.house import ACaller, House
from tests.web.people import signed_in
from tests.web.programs import Program, a_program, problem
from web.api.asking import RATES
from web.api.operation import OPERATIONS

GRANT = {"points": 10, "reason": "goodwill", "note": "Tak for tålmodigheden."}
EXAMPLES = {
    "customer": "10001",
    "call": f"CA{'0' * 32}",
    "case": "20001",
    "task": "7",
    "alarm": "7",
    "correction": "7",
    "webhook": "7",
    "price_list": "1",
    "day": "2026-11-22",
}


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def mette(house: House) -> ACaller:
    return house.caller(points=60)


@pytest.fixture
def program(house: House) -> Program:
    return a_program(house)


def address(path: str) -> str:
    """An address of an operation, with something for each place."""
    return re.sub(r"\{(\w+)\}", lambda found: EXAMPLES[found[1]], path)


def test_a_token_may_do_what_its_scopes_say_and_nothing_else(house: House) -> None:
    programs = {scope: a_program(house, scope) for scope in Scope}
    stranger = Program(house.app.test_client(), "dv_nobody_knows_this_token")

    for one in OPERATIONS:
        let_in = {scope for scope, it in programs.items() if it.asks(address(one.path), one.method).status_code != 403}
        refused = stranger.asks(address(one.path), one.method)

        assert let_in == ({one.scope} if one.scope else set(Scope)), one.name
        assert problem(refused) == (401, "no-token"), one.name
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_somebody_who_is_signed_in_still_needs_a_token(house: House) -> None:
    there = signed_in(house, Role.AUDITOR)

    answer = there.client.get("/api/v1/calls", base_url=there.base)

    assert problem(answer) == (401, "no-token")
    assert "Set-Cookie" not in answer.headers


def test_an_ended_token_is_refused(house: House, program: Program) -> None:
    program.reads("/health")
    there = signed_in(house, Role.ADMINISTRATOR)
    with house.database.writing() as session:
        tokens.end(session, 1, actor=there.email, now=house.now)

    assert problem(program.asks("/health")) == (401, "no-token")


def test_numbers_are_masked_without_their_scope_and_pins_are_never_told(house: House, mette: ACaller) -> None:
    """R2, R23."""
    sid = house.connects(mette, house.supporter("Anna"))
    whole, masking = a_program(house), a_program(house, Scope.CALLS_READ, Scope.CUSTOMERS_READ, Scope.DUTY_READ)

    seen = [whole.asks(f"/calls/{sid}").text, whole.asks(f"/customers/{mette.number}/persons").text, whole.asks("/live").text]
    read = [
        masking.asks(path).text
        for path in ("/calls", f"/calls/{sid}", "/live", f"/customers/{mette.number}/persons", "/supporters")
    ]

    assert all(mette.phone in text for text in seen)
    assert all(mette.phone not in text and "+45…" in text for text in read)
    assert not any(mette.pin in text for text in seen + read)
    bo = house.supporter("Bo")
    with house.database.writing() as session:
        readiness.ask(session, bo.id, by="vagn", now=house.now)
    tested = [whole.reads("/supporters")["supporters"], whole.reads("/on-duty")["on_duty"]]
    assert [[one["readiness"] and one["readiness"]["asked_by"] for one in them] for them in tested] == [[None, "vagn"]] * 2
    assert [one["step"] for one in whole.reads(f"/calls/{sid}")["steps"]][:2] == ["support.greet", "support.check_pin"]


def test_a_number_in_a_note_is_masked_without_its_scope(house: House, mette: ACaller) -> None:
    """R23: as in the audit, which quotes the same note."""
    whole, masking = a_program(house), a_program(house, Scope.BILLING_READ, Scope.BILLING_WRITE)
    said = GRANT | {"note": "Mette ringede fra 20 30 40 50."}

    given = masking.sends(f"/customers/{mette.number}/grants", said, key="k").get_json()

    assert given["note"] == masking.reads("/corrections")["corrections"][0]["note"] == "Mette ringede fra …50."
    assert masking.reads("/journals?kind=grant")["journals"][0]["reason"] == "goodwill: Mette ringede fra …50."
    assert whole.reads(f"/corrections/{given['correction']}")["note"] == said["note"]
    assert whole.reads("/journals?kind=grant")["journals"][0]["reason"].endswith("20 30 40 50.")


def test_a_list_is_walked_whole_while_rows_are_added(house: House, mette: ACaller, program: Program) -> None:
    for number in range(6):
        house.buy(mette, 1, f"r{number}")
    found: list[int] = []
    path = "/journals?limit=2"

    while path:
        answer = program.asks(path)
        found += [one["journal"] for one in answer.get_json()["journals"]]
        house.buy(mette, 1, f"meanwhile-{len(found)}")
        path = answer.headers["Link"].partition("/api/v1")[2].partition(">")[0] if "Link" in answer.headers else ""

    assert found == [7, 6, 5, 4, 3, 2, 1]


def test_calls_of_one_moment_are_told_apart(house: House, program: Program) -> None:
    for number in range(5):
        house.phone(house.caller(company=f"Hotel {number}")).dials("+4563186363").hangs_up()
    found: list[str] = []
    after = ""

    while after is not None:
        page = program.reads(f"/calls?limit=2{f'&after={after}' if after else ''}")
        found += [one["call"] for one in page["calls"]]
        after = page["next"]

    assert len(found) == len(set(found)) == 5


@pytest.mark.parametrize("after", ["x", "W10", "WyJ4Il0", "WzEsMl0", "%00", "W3RydWVd", "WzFlOTld", "_" * 300])
def test_a_cursor_that_we_did_not_make_is_refused(program: Program, after: str) -> None:
    assert problem(program.asks(f"/journals?after={after}")) == (422, "invalid-request")


@pytest.mark.parametrize("at", ["2026-11-23T02:10:00", "2026-11-23", "0001-01-01T00:00:00+14:00", "x"])
def test_a_cursor_of_a_moment_that_is_none_is_refused(program: Program, at: str) -> None:
    after = base64.urlsafe_b64encode(json.dumps([at, 1]).encode()).decode().rstrip("=")

    assert problem(program.asks(f"/calls?after={after}")) == (422, "invalid-request")


def test_a_write_that_is_sent_again_is_answered_the_same_and_done_once(house: House, mette: ACaller, program: Program) -> None:
    path = f"/customers/{mette.number}/grants"

    first, again = program.sends(path, GRANT, key="k"), program.sends(path, GRANT, key="k")
    other = program.sends(path, {**GRANT, "points": 11}, key="k")
    house.skip(hours=25)
    later = program.sends(path, GRANT, key="k")

    assert (first.status_code, again.data) == (201, first.data)
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (None, "true")
    assert problem(other) == (422, "idempotency-key-reused")
    assert later.get_json()["correction"] == first.get_json()["correction"] + 1


def test_a_write_that_was_refused_may_be_tried_again(mette: ACaller, program: Program) -> None:
    path = f"/customers/{mette.number}/purchases"
    program.sends(path, {"points": 5, "reference": "ordre 1"})

    refused = program.sends(path, {"points": 6, "reference": "ordre 1"}, key="k")
    again = program.sends(path, {"points": 6, "reference": "ordre 2"}, key="k")

    assert problem(refused) == (409, "conflict")
    assert (again.status_code, again.get_json()["balance"]) == (201, 71)
    assert problem(program.asks(path, "POST", json={"points": 1, "reference": "x"})) == (400, "idempotency-key-missing")


def test_what_is_too_much_waits_for_a_second_person(house: House, mette: ACaller, program: Program) -> None:
    asked = program.sends(f"/customers/{mette.number}/grants", {**GRANT, "points": 61})

    assert asked.get_json()["state"] == "asked"
    assert program.reads(f"/customers/{mette.number}/balance")["balance"] == 60
    assert program.reads("/corrections?state=asked")["corrections"] == [asked.json]
    with house.database.reading() as session:
        assert session.scalars(select(Correction.asked_by)).one() == "api:regnskab"


def test_a_charge_is_given_back_once(house: House, mette: ACaller, program: Program) -> None:
    sid = house.connects(mette, house.supporter("Anna"))
    house.forward(minutes=1)
    house.phone(mette).hangs_up()
    refund = {"reason": "own_fault", "note": "Vores fejl."}

    back = program.sends(f"/calls/{sid}/refunds", refund)
    again = program.sends(f"/calls/{sid}/refunds", refund)

    assert (back.status_code, back.get_json()["state"], back.get_json()["quarters"]) == (201, "done", {"1": 15})
    assert problem(again) == (409, "conflict")
    assert program.reads(f"/journals?call={sid}")["journals"][0]["points"] == 15


def test_a_task_stays_with_whoever_took_it_first(house: House, mette: ACaller, program: Program) -> None:
    """R14."""
    anna, bent = house.supporter("Anna"), house.supporter("Bent", on_duty=False)
    house.nobody_is_on_duty()
    house.accepts_price(mette).hears("Tast 1").keys("1").hangs_up()
    [waiting] = program.reads("/tasks?taken=false")["tasks"]

    taken = program.sends(f"/tasks/{waiting['task']}/take", {"supporter": anna.id})
    late = program.sends(f"/tasks/{waiting['task']}/take", {"supporter": bent.id})
    nobody = program.sends(f"/tasks/{waiting['task']}/take", {"supporter": 99})

    assert (taken.status_code, taken.get_json()["supporter"]) == (200, anna.id)
    assert (problem(late), problem(nobody)) == ((409, "conflict"), (422, "invalid-request"))
    assert program.reads("/tasks?taken=false")["tasks"] == []
    with house.database.reading() as session:
        assert session.scalars(select(Audit.actor).where(Audit.action == "task_taken")).all() == ["api:Regnskab"]


def test_a_quote_is_what_the_talk_would_cost(program: Program) -> None:
    """R8, R10: 37 minutes are three quarters."""
    quote = program.asks("/price-quotes", "POST", json={"from": "2026-11-27T16:50:00+01:00", "minutes": 37})

    assert quote.get_json()["points"] == 45
    assert [one["at"] for one in quote.get_json()["quarters"]] == [
        "2026-11-27T15:50:00Z",
        "2026-11-27T16:05:00Z",
        "2026-11-27T16:20:00Z",
    ]


def test_a_token_that_asks_too_often_waits_for_the_next_minute(house: House, program: Program) -> None:
    house.app.extensions[RATES].most = 2

    answers = [program.asks("/health") for _ in range(3)]
    house.forward(minutes=1)

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert [one.headers["RateLimit-Remaining"] for one in answers] == ["1", "0", "0"]
    assert problem(answers[2]) == (429, "too-many-requests")
    assert answers[2].headers["Retry-After"] == answers[2].headers["RateLimit-Reset"]
    assert program.asks("/health").status_code == 200


def test_whatever_cannot_be_answered_is_a_problem(house: House, mette: ACaller, program: Program) -> None:
    path = f"/customers/{mette.number}/purchases"
    key = {"Idempotency-Key": "k"}

    answers = {
        problem(program.asks("/nothing")),
        problem(program.asks("/calls/CA1")),
        problem(program.asks("/customers/99999/balance")),
        problem(program.asks("/calls", "DELETE")),
        problem(program.asks(path, "POST", data="points=1", content_type="application/x-www-form-urlencoded", headers=key)),
        problem(program.asks(path, "POST", data="{", content_type="application/json", headers=key)),
        problem(program.asks(path, "POST", data=b'"' + b"x" * 70_000, content_type="application/json", headers=key)),
        problem(program.asks("/calls?limit=1&limit=2")),
        problem(program.asks("/calls?from=2026-11-23T02:10:00Z&to=2026-11-23T02:10:00Z")),
    }

    assert answers == {
        (404, "not-found"),
        (405, "method-not-allowed"),
        (415, "unsupported-media-type"),
        (400, "malformed-request"),
        (413, "too-large"),
        (422, "invalid-request"),
    }
    assert program.asks("/nothing", headers={"X-Request-Id": "mine-1"}).get_json()["request_id"] == "mine-1"
    with house.database.reading() as session:
        assert session.scalars(select(Journal.id)).all() == [1]


def test_a_house_whose_tables_are_gone_says_so_without_a_word_of_it(house: House, program: Program) -> None:
    """R21: 503, to be tried again."""
    with house.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE heartbeats RENAME TO away")
        connection.exec_driver_sql("ALTER TABLE corrections RENAME TO elsewhere")

    answer = program.asks("/corrections")

    with house.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO heartbeats")
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO corrections")
    assert problem(answer) == (503, "unavailable")
    assert "corrections" not in answer.text


def test_use_of_a_token_is_noted_by_the_minute(house: House, program: Program) -> None:
    program.reads("/health")
    house.skip(seconds=30)
    program.reads("/health")

    with house.database.reading() as session:
        [token] = tokens.listed(session)

        assert token.used_at == house.now - timedelta(seconds=30)
