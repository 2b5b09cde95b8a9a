"""What must hold of every page there is, whoever built it: for whom it is, where links lead, what forms do with nonsense."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Final

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from helpdesk import second_factor
from models import Supporter, User
from models.values import Role
from tests.house import House
from tests.web.crawler import FoundForm, crawled
from tests.web.lived import live_a_night, plan_the_nights
from tests.web.people import HTML, TOKEN, Somebody, a_user, before, signed_in
from web.building import put_up
from web.visitors import OPENS, READS

NONSENSE: Final = 100
ROOMS: Final = ("console.", "account.")
SAMPLES: Final = {"sid": "CA" + "0" * 32, "ending": "csv"}
ALIKE: Final = ("/narrow/customer_list", "/narrow/billing", "/narrow/statements_page", "/narrow/audit")
"""Filters of lists go the way of those of calls."""
PIECES: Final = (
    "",
    " ",
    "x",
    "0",
    "-1",
    "1.5",
    "1e9",
    "99999999999999999999",
    "NaN",
    "null",
    "\x00",
    "\x1f",
    "\u202e",
    "🙈" * 40,
    "æøå",
    "'; DROP TABLE calls; --",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "%s%n",
    "../../etc/passwd",
    "2026-02-30",
    "2026-13-01T99:99",
    "29:99",
    "+45",
    "+4520304050",
    "CA0",
    "a@b",
    "=1+1",
    "a" * 5_000,
    "\r\nSet-Cookie: a=b",
    "true",
    "[]",
    "9" * 400,
    "\uff11\uff12",
    "12:30",
    "2026-03-29T02:30",
)


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def lived(house: House) -> House:
    """A house in which something has happened, and goes on."""
    live_a_night(house)
    return house


def secured(house: House, role: Role) -> Somebody:
    """Somebody of that role who has a second factor already, and therefore sees everything that is theirs."""
    there = signed_in(house, role, name=f"Ulla {role.value}")
    with house.database.writing() as session:
        user = session.query(User).filter_by(email=there.email).one()
        second_factor.put_on(user, second_factor.drawn(), seal=house.app.extensions["web"].seal, step=0)
    return there


def rules(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(ROOMS) and not rule.endpoint.endswith("static"))


def filled(rule: Rule, number: str = "7") -> str:
    """An address of that page; what it would be about does not exist."""
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda found: SAMPLES.get(found[1], number), rule.rule)


@pytest.mark.parametrize("role", Role)
def test_a_page_of_another_role_is_not_there(house: House, role: Role) -> None:
    """Nobody sees another role's pages by changing an address: it is answered as one that does not exist."""
    there, app = secured(house, role), house.app
    token = TOKEN.search(there.sees("/account/").text)
    assert token
    open_to_them = []

    for rule in rules(app):
        view = app.view_functions[rule.endpoint]
        roles = OPENS[f"{view.__module__}.{view.__qualname__}"].roles
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            form = {"csrf_token": token[1]} if method not in READS else None
            answer = there.client.open(filled(rule), method=method, data=form, headers=HTML, base_url=there.base)
            assert answer.status_code < 500, (rule, method, answer.text[:500])
            if role not in roles:
                assert answer.status_code == 404, (rule, method)
            else:
                open_to_them.append((rule, method))
        opening = OPENS[f"{view.__module__}.{view.__qualname__}"]
        if opening.changes and not opening.before_secured and role is Role.AUDITOR and "POST" in (rule.methods or set()):
            assert (
                there.client.post(filled(rule), data={"csrf_token": token[1]}, headers=HTML, base_url=there.base).status_code == 404
            ), rule
    assert open_to_them


def test_a_number_that_no_row_has_is_no_error_of_ours(house: House) -> None:
    there, app, number = secured(house, Role.ADMINISTRATOR), house.app, "9" * 30
    token = TOKEN.search(there.sees("/account/").text)
    assert token
    places = dict.fromkeys(
        ("after", "before", "taken", "back", "over", "dispute", "quarter", "period", "supporter", "list"), number
    )

    answers = {
        (rule.rule, method): there.client.open(
            filled(rule, number),
            method=method,
            query_string=places,
            data=places | {"csrf_token": token[1]} if method not in READS else None,
            headers=HTML,
            base_url=there.base,
        ).status_code
        for rule in rules(app)
        if "sign-out" not in rule.rule
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert {where: status for where, status in answers.items() if status >= 500} == {}


def test_a_form_without_its_token_changes_nothing_anywhere(house: House) -> None:
    there = secured(house, Role.ADMINISTRATOR)

    for rule in rules(house.app):
        if "POST" in (rule.methods or set()):
            assert there.client.post(filled(rule), data={}, headers=HTML, base_url=there.base).status_code in {400, 404}, rule


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.SUPPORTER, Role.AUDITOR])
def test_every_link_leads_somewhere_and_says_nothing_in_the_wrong_language(lived: House, role: Role) -> None:
    there = secured(lived, role)

    found = {address: status for address, status, _page in crawled(there, "/now")}

    assert len(found) > 3
    assert {address: status for address, status in found.items() if status not in {200, 302, 304}} == {}


def test_no_form_answers_nonsense_with_an_error_of_ours(lived: House) -> None:
    """100 random inputs for each form: 4xx, or what the form does with what can be read of it; never 500."""
    there = secured(lived, Role.ADMINISTRATOR)

    assert broken_by_nonsense(there, forms_of(there)) == []


def test_no_form_of_a_supporters_own_answers_nonsense_with_an_error_of_ours(lived: House) -> None:
    """The same for those of *My duty*, of one who has shifts to swap and a swap to answer, and of one who has taken a call."""
    plan_the_nights(lived)
    with lived.database.reading() as session:
        anna = session.scalars(select(Supporter).where(Supporter.name == "Anna")).one()
    emails = ["lis@house.example", a_user(lived.database, Role.SUPPORTER, now=lived.now, supporter=anna)]
    them = [before(lived.app, lived.database, one, base=lived.settings.public_base_url, now=lived.now) for one in emails]

    theirs = [{alike(form): form for form in forms_of(one) if form.action.startswith("/me")} for one in them]
    theirs[1] = {action: form for action, form in theirs[1].items() if action not in theirs[0]}

    assert {*theirs[0], *theirs[1]} >= {"/me/shifts/swap", "/me/swaps//agree", "/me/number", "/me/notices", "/me/calls//note"}
    assert [broken_by_nonsense(one, [*forms.values()]) for one, forms in zip(them, theirs, strict=True)] == [[], []]


def alike(form: FoundForm) -> str:
    """What forms of several rows have in common."""
    return re.sub(r"\?.*|CA\w+|\d+", "", form.action)


def forms_of(there: Somebody) -> list[FoundForm]:
    """Every form that somebody finds, once, but those that end something and filters."""
    found = {
        (form.action, tuple(name for name, _ in form.fields)): form for _, _, page in crawled(there, "/now") for form in page.forms
    }
    return [form for form in found.values() if not ("sign-out" in form.action or "/end" in form.action or form.action in ALIKE)]


def broken_by_nonsense(there: Somebody, forms: list[FoundForm]) -> list[tuple[str, dict[str, str], str]]:
    """What was answered by an error of ours: where, what was sent, and what was said."""
    chance = Random(7)  # noqa: S311 - chance that comes again
    broken = []
    for form in forms:
        token = TOKEN.search(there.sees(form.page).text)
        is_button = all(name == "csrf_token" for name, _ in form.fields)
        for _ in range(1 if is_button else NONSENSE):
            sent = nonsense(form, chance) | ({"csrf_token": token[1]} if token else {})
            answer = there.client.post(form.action, data=sent, headers=HTML, base_url=there.base)
            if answer.status_code >= 500:
                broken.append((form.action, sent, answer.text[:300]))
                break
    assert forms
    return broken


def nonsense(form: FoundForm, chance: Random) -> dict[str, str]:
    names = [name for name, _ in form.fields if name != "csrf_token"]
    return {
        name: chance.choice(PIECES) if chance.randrange(4) else dict(form.fields)[name] for name in names if chance.randrange(5)
    }


def test_a_page_that_does_not_say_for_whom_it_is_keeps_the_house_from_starting(house: House) -> None:
    app = Flask("another")
    given = house.app.extensions["web"]
    from web.console.blueprint import console  # noqa: PLC0415 - the blueprint as it is now

    deferred = list(console.deferred_functions)
    console._got_registered_once = False
    console.add_url_rule("/for-whom", "for_whom", lambda: "x")
    try:
        with pytest.raises(ValueError, match="for_whom does not say for whom it is"):
            put_up(app, given, roots=["a" * 40], programs=[])
    finally:
        console.deferred_functions[:] = deferred


def test_a_sign_in_that_is_over_leads_to_signing_in(house: House) -> None:
    there = secured(house, Role.AUDITOR)
    house.skip(hours=13)

    assert there.sees("/now").headers["Location"].startswith("/sign-in")
    assert there.client.get("/now/live", headers={"HX-Request": "true"}, base_url=there.base).headers["HX-Redirect"] == "/sign-in"
