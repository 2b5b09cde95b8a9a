"""The audit in the console: in words for every action that the code writes, filtered, exported, for administrators and auditors."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from helpdesk import audit_log, lock_outs
from helpdesk.audit_log import Change, Wanted
from helpdesk.persons import Look
from models import Audit
from models.values import Language, Role, TaskKind
from tests.conversations.test_query_plans import asked
from tests.house import House
from tests.test_sizes import shipped
from tests.web.people import HERE, Somebody, at_once
from web.console.audit_actions import ACTIONS
from web.console.audit_words import NAMES, SUBJECTS, value
from web.words import Words

ROW = re.compile(r'<td data-label="Hvad"[^>]*>([^<]*)</td>')
WRITERS = {"Audit", "_note", "_mark", "_audit", "note", "changed"}
QUIET = {"simulator", "telephone", "ivr"}  # they write nothing into the audit
OF_THE_LINE = {"actor", "now", "by", "where", "at", "action", "notice", "subject", "details", "call_id", "before", "after"}
"""Not details, but who, when, what; and the two that hold the details of a change."""
ACTION = re.compile(r"[a-z]+(_[a-z]+)+|reconciled")
WRONG = ("from=nul", "to=9999-99-99", "action=nul", "subject=%00", "actor=%00", "from=2026-11-24&to=2026-11-23")


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    return build(env={"DEMO": "1"}, base=HERE)


@pytest.fixture
def auditor(house: House) -> Somebody:
    return at_once(house, Role.AUDITOR)


def written(file: Path) -> Iterator[str]:
    """The actions that a file writes into the audit, as its calls and dictionaries spell them."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            yield from (
                text for key, value in pairs if isinstance(key, ast.Constant) and key.value == "action" for text in spelled(value)
            )
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in WRITERS:
            named = [keyword.value for keyword in node.keywords if keyword.arg in {"action", "notice"}]
            yield from (text for value in (*node.args, *named) for text in spelled(value))


def spelled(value: ast.expr) -> list[str]:
    """A literal that is an action; one made of a task's kind is one for each kind."""
    match value:
        case ast.Constant(value=str(text)) if ACTION.fullmatch(text):
            return [text]
        case ast.JoinedStr(values=[ast.FormattedValue(), ast.Constant(value=str(text))]):
            return [f"{kind}{text}" for kind in TaskKind]
    return []


def test_every_action_that_the_code_writes_has_words() -> None:
    found = {action for file in shipped() if not QUIET & set(file.parts) for action in written(file)} | {
        look.value for look in Look
    }

    assert len(found) > 30
    assert found == set(ACTIONS)


def detailed(file: Path) -> Iterator[str]:
    """The names of the details that a file writes into the audit beside an action, as its calls spell them."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in WRITERS:
            yield from (keyword.arg for keyword in node.keywords if keyword.arg is not None)
            inside = [one for value in (*node.args, *(keyword.value for keyword in node.keywords)) for one in ast.walk(value)]
            keys = [key for one in inside if isinstance(one, ast.Dict) for key in one.keys]
            yield from (str(key.value) for key in keys if isinstance(key, ast.Constant))


def test_every_detail_that_the_code_writes_has_words() -> None:
    found = {name for file in shipped() if not QUIET & set(file.parts) for name in detailed(file)} - OF_THE_LINE

    assert len(found) > 20
    assert found <= set(NAMES)


def test_a_change_is_told_before_and_after_with_who_and_from_where(house: House, auditor: Somebody) -> None:
    caller, boss = house.caller(), at_once(house, Role.ADMINISTRATOR, name="Vagn")
    fields = {"name": "Nordvig Camping", "policy": "stop", "credit": "60", "notify_below": "30"}
    boss.sends(f"/customers/{caller.number}/edit", **fields)
    boss.sends(
        f"/customers/{caller.number}/persons/{caller.person}/pin", page=f"/customers/{caller.number}/persons/{caller.person}"
    )

    page = auditor.sees(f"/audit?actor={boss.email}&subject={caller.number}").text

    assert ROW.findall(page) == ["Pinkode vist", "Regel for brugte point ændret"]
    assert "<del>kredit</del>" in page
    assert "<ins>stop</ins>" in page
    assert f'href="/customers/{caller.number}/persons/{caller.person}"' in page
    assert "127.0.0.1" in page


def test_the_lines_go_on_behind_the_last_one_and_filters_are_kept(house: House, auditor: Somebody) -> None:
    with house.database.writing() as session:
        for number in range(120):
            moment = house.now - timedelta(minutes=number // 2)  # two lines a moment
            action = "pin_shown" if number % 2 else "role_changed"
            session.add(Audit(at=moment, actor="vagn", action=action, subject=f"customer:{number}", details={}))

    first = auditor.sees("/audit?action=pin_shown&actor=vagn").text
    address = re.search(r'href="([^"]+)" rel="next"', first)
    assert address
    second = auditor.sees(address[1].replace("&amp;", "&")).text
    subjects = re.findall(r"Kunde (\d+)", first + second)

    assert subjects == [str(number) for number in range(1, 120, 2)]
    assert set(ROW.findall(first + second)) == {"Pinkode vist"}


def test_whatever_a_line_may_be_about_is_found_by_its_number_alone(house: House, auditor: Somebody) -> None:
    with house.database.writing() as session:
        for kind in SUBJECTS:
            for number in (3, 4):
                session.add(Audit(at=house.now, actor="vagn", action="role_changed", subject=f"{kind}:{number}", details={}))

    page = auditor.sees("/audit?subject=3").text

    assert len(ROW.findall(page)) == len(SUBJECTS)
    assert "Token 3" in page


def test_a_period_is_of_local_days_and_what_cannot_be_read_is_named(house: House, auditor: Somebody) -> None:
    day = "2026-11-22"
    with house.database.writing() as session:
        for hours in (3, 5, 27, 28):  # after midnight; 22:10, 00:10 of the day; 23:10 of the day before
            moment = house.now - timedelta(hours=hours)
            session.add(Audit(at=moment, actor=f"at {hours}", action="pin_shown", subject="customer:1", details={}))

    page = auditor.sees(f"/audit?from={day}&to={day}&action=pin_shown").text
    odd = [auditor.sees(f"/audit{file}?{wrong}") for file in ("", ".csv") for wrong in WRONG]

    assert re.findall(r"at (\d+)</td>", page) == ["5", "27"]
    assert [(answer.status_code, 'id="problems"' in answer.text) for answer in odd] == [(422, True)] * 2 * len(WRONG)
    assert auditor.sees("/audit?before=x").status_code == 200


def test_the_export_has_the_same_lines_and_no_formula(house: House, auditor: Somebody) -> None:
    with house.database.writing() as session:
        details = {"before": {"name": "A"}, "after": {"name": "=1+1"}, "note": "@x"}
        session.add(Audit(at=house.now, actor="=cmd", action="customer_renamed", subject="customer:7", details=details))

    file = auditor.sees("/audit.csv?action=customer_renamed")

    rows = list(csv.reader(StringIO(file.data.decode("utf-8-sig")), delimiter=";"))
    assert file.mimetype == "text/csv"
    assert len(rows) == 2
    assert rows[1][2:] == ["'=cmd", "Kunde omdøbt", "Kunde 7", "navn: A", "navn: =1+1", "note: @x", ""]


def test_only_administrators_and_auditors_read_it(house: House) -> None:
    there = {role: at_once(house, role) for role in Role}

    seen = {role: [one.sees(place).status_code for place in ("/audit", "/audit.csv")] for role, one in there.items()}

    assert seen == {Role.SUPPORTER: [404] * 2, Role.BILLING: [404] * 2, Role.ADMINISTRATOR: [200] * 2, Role.AUDITOR: [200] * 2}


def test_details_of_every_shape_become_changes_and_facts() -> None:
    told = audit_log.changes({"before": "a", "after": "b", "severity": {"before": 2, "after": 4}, "note": "x"})

    assert list(told) == [
        Change(name="", before="a", after="b"),
        Change(name="severity", before=2, after=4),
        Change(name="note", before=None, after="x", is_fact=True),
    ]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            {"first": {"layer": "Nat", "starts": "2026-11-28T16:00:00", "supporter": 3}},
            "den første lag Nat, begynder 28.11.2026 16.00, supporter 3",
        ),
        (["tasks:read", "tasks:write"], "tasks:read; tasks:write"),
        ("2026-11-28T15:00:00+00:00", "28.11.2026 16.00"),
        ("2027-03-28T02:30:00", "2027-03-28T02:30:00"),  # the clock never shows it
        ("0001-01-01T00:00:00", "0001-01-01T00:00:00"),
        ([], "–"),
    ],
)
def test_a_value_is_told_in_words_however_deep_it_lies(found: object, said: str) -> None:
    assert value(found, Words(Language.DANISH)) == said


@pytest.mark.parametrize(
    "wanted",
    [Wanted(), Wanted(actor="vagn"), Wanted(action="pin_shown"), Wanted(subject="7"), Wanted(actor="vagn", action="pin_shown")],
)
def test_lines_and_lock_outs_are_found_by_an_index(house: House, wanted: Wanted) -> None:
    with asked(house.database.engine) as statements, house.database.writing() as session:
        audit_log.lines(session, wanted, before=5, most=50)
        lock_outs.lock_outs(session, now=house.now)

    with house.database.engine.connect() as connection:
        plans = [
            row[3]
            for statement, values in statements.items()
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    assert plans
    assert not [plan for plan in plans if re.match(r"SCAN (audit|pin_gates|pin_failures)(?! USING INDEX)", plan)]
