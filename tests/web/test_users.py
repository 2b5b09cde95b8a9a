"""Users in the console, and the links with which they set a password: good once, for a while, and standing in no row."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from helpdesk.password_links import PasswordLinks
from models import Audit, Errand, Supporter, User
from models.values import ErrandState, Role
from tests.house import SECRET, House
from tests.web.people import HERE, PASSWORD, Somebody, a_user, at_once, user_of

LINK = re.compile(r"http://127\.0\.0\.1:8000(/welcome/[\w.-]+)")
NEW = "en helt ny sætning til natten"


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    return build(env={"DEMO": "1"}, base=HERE)


@pytest.fixture
def boss(house: House) -> Somebody:
    return at_once(house, Role.ADMINISTRATOR, name="Vagn")


@pytest.fixture
def ulla(house: House) -> User:
    return user_of(house.database, a_user(house.database, Role.AUDITOR, now=house.now))


def stranger(house: House, email: str = "") -> Somebody:
    return Somebody(house.app.test_client(), email, HERE)


def actions(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(Audit.action).where(Audit.subject.like("user:%")).order_by(Audit.id)))


def test_an_administrator_rings_a_supporter_as_a_test_and_nobody_else_does(house: House, boss: Somebody, ulla: User) -> None:
    anna = house.supporter("Anna", on_duty=False)
    with house.database.reading() as session:
        them = at_once_as(house, session.get_one(Supporter, anna.id))
    page = f"/users/{them}"

    asked = boss.sends(f"{page}/ring", page=page)
    twice = boss.sends(f"{page}/ring", page="/account/")
    seen = at_once(house, Role.AUDITOR, name="Rune")
    others = [there.sends(f"{page}/ring", page="/account/") for there in (seen, at_once(house, Role.BILLING, name="Bo"))]

    assert (asked.status_code, twice.status_code) == (302, 409)
    assert "Telefonen bliver allerede prøvet." in twice.text
    assert "prøven er i gang" in seen.sees(f"{page}/telephone").text
    assert "som prøve" not in seen.sees(page).text
    assert [answer.status_code for answer in others] == [404, 404]
    assert boss.sends(f"/users/{ulla.id}/ring", page="/account/").status_code == 404


def test_an_administrator_changes_how_a_supporter_is_rung_and_nobody_else_does(house: House, boss: Somebody, ulla: User) -> None:
    """R12, ADR 18."""
    anna = house.supporter("Anna", on_duty=False)
    with house.database.reading() as session:
        page = f"/users/{at_once_as(house, session.get_one(Supporter, anna.id))}"
    fields = {"phone": anna.phone, "second": "20 30 40 99", "seconds": "25"}

    wrong = boss.sends(f"{page}/telephones", page=page, **{**fields, "second": "12"})
    changed = boss.sends(f"{page}/telephones", page=page, **fields)
    other = at_once(house, Role.AUDITOR, name="Rune").sends(f"{page}/telephones", page="/account/", **fields)

    assert (wrong.status_code, changed.status_code, other.status_code) == (422, 302, 404)
    assert 'value="12"' in wrong.text
    assert 'value="+4520304099"' in boss.sees(page).text
    assert boss.sends(f"/users/{ulla.id}/telephones", page="/account/", **fields).status_code == 404


def at_once_as(house: House, supporter: Supporter) -> int:
    """The log-in of a supporter; its number."""
    return user_of(house.database, a_user(house.database, Role.SUPPORTER, now=house.now, supporter=supporter, name="Anna")).id


def test_somebody_is_added_and_sets_their_password_by_the_link_once(house: House, boss: Somebody) -> None:
    fields = {"name": "Nanna Ny", "email": "nanna@house.example", "role": "auditor", "supporter": "", "language": "en"}

    wrong = boss.sends("/users/new", **{**fields, "email": boss.email})
    link = LINK.search(boss.sends("/users/new", **fields).text)
    assert link
    nanna = stranger(house, "nanna@house.example")
    short = nanna.sends(link[1], new="kort")
    answer = nanna.sends(link[1], new=NEW)
    again = stranger(house).sees(link[1])

    assert wrong.status_code == 422
    assert 'value="Nanna Ny"' in wrong.text
    assert (short.status_code, answer.status_code, again.status_code) == (422, 302, 404)
    assert nanna.signs_in(NEW).status_code == 302
    assert actions(house)[-4:] == ["user_added", "password_link_made", "password_set", "signed_in"]


def test_a_link_is_void_after_two_days_and_for_whoever_logs_in_no_more(house: House, boss: Somebody, ulla: User) -> None:
    link = LINK.search(boss.sends(f"/users/{ulla.id}/link", page=f"/users/{ulla.id}").text)
    assert link

    before = stranger(house).sees(link[1]).status_code
    house.skip(hours=48)
    later = stranger(house).sees(link[1]).status_code
    other = LINK.search(boss.sees(f"/users/{ulla.id}").text)
    changed = stranger(house).sees(f"{link[1][:-3]}abc").status_code

    assert (before, later, changed, other) == (200, 404, 404, None)


def test_a_forgotten_password_is_set_by_a_letter_whose_link_no_row_has(house: House, ulla: User) -> None:
    shelf = house.is_connected_to_the_world()
    house.ports = replace(house.ports, links=PasswordLinks.derive([SECRET], HERE))
    there, nobody = stranger(house), stranger(house)

    answers = [one.sends("/forgot", email=email).text for one, email in ((there, ulla.email), (nobody, "nobody@house.example"))]
    house.tick()
    link = LINK.search(shelf.letters[0][2])
    assert link
    with house.database.reading() as session:
        rows = [f"{errand.payload} {errand.outcome}" for errand in session.scalars(select(Errand))]
    answer = there.sends(link[1], new=NEW)

    assert strip(answers[0]) == strip(answers[1])
    assert [to for to, _subject, _body in shelf.letters] == [ulla.email]
    assert not any(link[1].rpartition("/")[2] in row for row in rows)
    assert answer.status_code == 302
    assert stranger(house, ulla.email).signs_in(NEW).status_code == 302
    assert stranger(house, ulla.email).signs_in(PASSWORD).status_code == 422


def test_where_letters_go_out_a_new_users_link_is_written_to_them_and_shown_to_nobody(build: Callable[..., House]) -> None:
    house = build(env={"DEMO": "1", "SMTP_URL": "smtp://127.0.0.1:25", "MAIL_FROM": "vagt@house.example"}, base=HERE)
    shelf, boss = house.is_connected_to_the_world(), at_once(house, Role.ADMINISTRATOR)
    house.ports = replace(house.ports, links=PasswordLinks.derive([SECRET], HERE))

    told = boss.sends("/users/new", name="Nanna", email="n@house.example", role="billing", supporter="", language="en").text
    house.tick()

    assert not LINK.search(told)
    assert [(to, subject) for to, subject, _body in shelf.letters] == [
        ("n@house.example", "Welcome to the console of the support line")
    ]
    assert LINK.search(shelf.letters[0][2])


def strip(page: str) -> str:
    return re.sub(r'name="csrf[_-]token" (value|content)="[^"]+"', "", page)


def test_a_letter_that_could_not_go_out_in_half_an_hour_is_not_sent(house: House, ulla: User) -> None:
    house.clock_works = False
    stranger(house).sends("/forgot", email=ulla.email)
    shelf = house.is_connected_to_the_world()
    house.ports = replace(house.ports, links=PasswordLinks.derive([SECRET], HERE))

    house.skip(minutes=31)
    house.tick()

    with house.database.reading() as session:
        errand = session.scalars(select(Errand)).one()
        assert (errand.state, errand.outcome) == (ErrandState.DONE, "not sent: it was asked for too long ago")
    assert shelf.letters == []


def test_letters_about_forgotten_passwords_are_few(house: House, ulla: User) -> None:
    asks = stranger(house)

    for _ in range(31):
        asks.sends("/forgot", email=ulla.email)

    with house.database.reading() as session:
        assert len(session.scalars(select(Errand)).all()) == 1
    assert actions(house).count("password_link_asked") == 30
    assert stranger(house, ulla.email).signs_in().status_code == 422  # the address is locked, as after thirty failures


def test_a_role_is_changed_and_the_last_administrator_stays_one(house: House, boss: Somebody, ulla: User) -> None:
    me = user_of(house.database, boss.email)

    last = boss.sends(f"/users/{me.id}/role", page=f"/users/{me.id}", role="billing")
    no_supporter = boss.sends(f"/users/{ulla.id}/role", page=f"/users/{ulla.id}", role="supporter")
    boss.sends(f"/users/{ulla.id}/role", page=f"/users/{ulla.id}", role="billing")

    assert (last.status_code, no_supporter.status_code) == (422, 422)
    assert "sidste administrator" in last.text
    assert user_of(house.database, ulla.email).role is Role.BILLING


def test_a_log_in_is_ended_when_its_address_is_typed(house: House, boss: Somebody, ulla: User) -> None:
    there = stranger(house, ulla.email)
    there.signs_in()

    wrong = boss.sends(f"/users/{ulla.id}/end", page=f"/users/{ulla.id}", email="ja")
    still_in = there.sees("/now").status_code
    boss.sends(f"/users/{ulla.id}/end", page=f"/users/{ulla.id}", email=ulla.email)

    assert (wrong.status_code, still_in, there.sees("/now").status_code) == (422, 200, 302)
    assert boss.sees(f"/users/{ulla.id}").status_code == 404


def test_whoever_left_comes_back_with_nothing_that_let_them_in(house: House, boss: Somebody) -> None:
    """The same supporter, at another address; neither the password nor the app of before is good any more."""
    there = at_once(house, Role.SUPPORTER, name="Anna")
    anna = user_of(house.database, there.email)
    with house.database.writing() as session:
        session.get_one(User, anna.id).second_factor = "sealed"
    boss.sends(f"/users/{anna.id}/end", page=f"/users/{anna.id}", email=anna.email)
    fields = {
        "name": "Anna",
        "email": "anna.ny@house.example",
        "role": "supporter",
        "supporter": str(anna.supporter_id),
        "language": "da",
    }

    link = LINK.search(boss.sends("/users/new", **fields).text)
    before = stranger(house, anna.email).signs_in().status_code, stranger(house, "anna.ny@house.example").signs_in().status_code
    assert link
    new = stranger(house, "anna.ny@house.example")
    new.sends(link[1], new=NEW)

    assert before == (422, 422)
    assert new.signs_in(NEW).status_code == 302
    assert new.sees("/me").status_code == 200
    assert boss.sends("/users/new", **fields).status_code == 422


def test_a_link_of_before_is_void_for_whoever_comes_back(house: House, boss: Somebody) -> None:
    """It was never used: it went to an address that was none of theirs, and the log-in was ended for that."""
    mistyped = {"name": "Nanna Ny", "email": "nana@house.example", "role": "supporter", "language": "da"}
    mistyped["supporter"] = str(house.supporter("Nanna").id)
    first = LINK.search(boss.sends("/users/new", **mistyped).text)
    nanna = user_of(house.database, "nana@house.example")
    boss.sends(f"/users/{nanna.id}/end", page=f"/users/{nanna.id}", email=nanna.email)
    house.skip(minutes=1)

    second = LINK.search(boss.sends("/users/new", **{**mistyped, "email": "nanna@house.example"}).text)

    assert first
    assert second
    assert stranger(house).sees(first[1]).status_code == 404
    assert stranger(house).sees(second[1]).status_code == 200


def test_sign_ins_are_ended_and_a_second_factor_is_taken_off(house: House, boss: Somebody, ulla: User) -> None:
    there = at_once(house, Role.SUPPORTER, name="Anna")
    anna = user_of(house.database, there.email)
    with house.database.writing() as session:
        session.get_one(User, anna.id).second_factor = "sealed"

    boss.sends(f"/users/{anna.id}/second-factor/off", page=f"/users/{anna.id}")
    boss.sends(f"/users/{ulla.id}/sign-out", page=f"/users/{anna.id}")

    assert there.sees("/now").status_code == 302
    assert user_of(house.database, there.email).second_factor is None
    assert actions(house)[-2:] == ["second_factor_taken_off", "signed_out_everywhere"]


def test_only_an_administrator_changes_users_and_only_they_and_an_auditor_see(house: House, ulla: User) -> None:
    acts = ("role", "link", "second-factor/off", "sign-out", "end")

    for role in (Role.SUPPORTER, Role.BILLING, Role.AUDITOR):
        there = at_once(house, role, name="Kim")
        seen = [there.sees(place).status_code for place in ("/users", f"/users/{ulla.id}", "/users/new")]
        sent = {there.sends(f"/users/{ulla.id}/{act}", page="/account/").status_code for act in acts}

        assert seen == ([200, 200, 404] if role is Role.AUDITOR else [404] * 3)
        assert sent == {404}


def test_an_address_of_the_wrong_shape_is_nobodys_link(house: House) -> None:
    answers = {stranger(house).sees(f"/welcome/{token}").status_code for token in ("x", "a.b", "é.=", "0" * 300, "..")}

    assert answers == {404}
    assert urlsplit(stranger(house).sees("/users").headers["Location"]).path == "/sign-in"
