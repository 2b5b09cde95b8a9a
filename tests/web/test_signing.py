"""Signing in: what lets somebody in, what keeps others out, and what of it can be ended."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyotp
import pytest
from sqlalchemy import select

from models import Audit, Errand, SignIn, User
from models.values import Role
from tests.house import House
from tests.web.people import PASSWORD, Somebody, a_user, signed_in

SEED = re.compile(r"<code>([A-Z2-7]{32})</code>")
CODES = re.compile(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>")
IN = "/now"


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def ulla(house: House) -> Somebody:
    """An auditor: nobody has to set up a second factor first."""
    return Somebody(house.app.test_client(), a_user(house.database, Role.AUDITOR, now=house.now))


def is_in(somebody: Somebody) -> bool:
    return somebody.sees(IN).status_code == 200


def secured(house: House, somebody: Somebody) -> tuple[str, list[str]]:
    """Sets up an authenticator app; its seed, and the recovery codes."""
    found = SEED.search(somebody.sees("/account/second-factor").text)
    assert found
    told = somebody.sends("/account/second-factor", code=pyotp.TOTP(found[1]).at(int(house.now.timestamp())))
    return found[1], CODES.findall(told.text)


def test_a_password_lets_in_and_brings_back_to_where_one_was_going(ulla: Somebody) -> None:
    asked = ulla.sees("/account/?done=password")

    answer = ulla.sends(asked.headers["Location"], email=ulla.email.upper(), password=PASSWORD)

    assert answer.headers["Location"] == "/account/?done=password"
    assert is_in(ulla)


@pytest.mark.parametrize(
    "wanted",
    [
        "//elsewhere.example/",
        "https://elsewhere.example/",
        "/\\elsewhere.example",
        "/%09/elsewhere.example",
        "/%0a/elsewhere.example",
    ],
)
def test_nobody_is_led_to_another_house(ulla: Somebody, wanted: str) -> None:
    answer = ulla.sends(f"/sign-in?next={wanted}", email=ulla.email, password=PASSWORD)

    assert answer.headers["Location"] == IN


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(ulla: Somebody) -> None:
    wrong = ulla.sends("/sign-in", email=ulla.email, password="no such password")
    unknown = ulla.sends("/sign-in", email="nobody@house.example", password="no such password")

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert strip(wrong.text, ulla.email) == strip(unknown.text, "nobody@house.example")
    assert "no such password" not in wrong.text
    assert not is_in(ulla)


def strip(page: str, email: str) -> str:
    return re.sub(r'name="csrf[_-]token" (value|content)="[^"]+"', "", page).replace(email, "…")


def test_five_failures_lock_a_log_in_and_the_next_lock_is_twice_as_long(house: House, ulla: Somebody) -> None:
    for _ in range(5):
        ulla.signs_in("wrong")

    refused = ulla.signs_in()
    house.forward(minutes=16)
    for _ in range(5):
        ulla.signs_in("wrong")
    house.forward(minutes=16)
    still_refused = ulla.signs_in()
    house.forward(minutes=15)

    assert (refused.status_code, still_refused.status_code) == (422, 422)
    assert ulla.signs_in().status_code == 302


def test_whoever_has_signed_in_since_is_locked_out_for_a_quarter_of_an_hour_again(house: House, ulla: Somebody) -> None:
    for _ in range(5):
        ulla.signs_in("wrong")
    house.forward(minutes=16)
    first = ulla.signs_in()
    for _ in range(5):
        ulla.signs_in("wrong")

    house.forward(minutes=16)

    assert (first.status_code, ulla.signs_in().status_code) == (302, 302)


def test_a_second_factor_is_asked_for_and_each_code_is_good_once(house: House, ulla: Somebody) -> None:
    ulla.signs_in()
    seed, _codes = secured(house, ulla)
    ulla.client.delete_cookie("__Host-doegnvagt", domain="house.example", path="/")
    house.forward(minutes=1)
    code = pyotp.TOTP(seed).at(int(house.now.timestamp()))

    half = ulla.signs_in()
    was_in = is_in(ulla)
    answer = ulla.sends("/sign-in/code", code=code)
    another = Somebody(house.app.test_client(), ulla.email)
    another.signs_in()
    again = another.sends("/sign-in/code", code=code)

    assert half.headers["Location"] == "/sign-in/code"
    assert not was_in
    assert answer.headers["Location"] == IN
    assert again.status_code == 422


def test_a_recovery_code_lets_in_once(house: House, ulla: Somebody) -> None:
    ulla.signs_in()
    _seed, codes = secured(house, ulla)
    first, second = Somebody(house.app.test_client(), ulla.email), Somebody(house.app.test_client(), ulla.email)
    first.signs_in()
    second.signs_in()

    answers = [one.sends("/sign-in/code", code=codes[0].upper()).status_code for one in (first, second)]

    assert len(codes) == 10
    assert answers == [302, 422]


def test_whoever_may_move_points_sets_up_a_second_factor_first(house: House) -> None:
    boss = signed_in(house, Role.ADMINISTRATOR)

    led = boss.sees(IN)
    secured(house, boss)

    assert led.headers["Location"] == "/account/"
    assert is_in(boss)


def test_another_app_is_set_up_by_whoever_showed_password_and_code_within_ten_minutes(house: House, ulla: Somebody) -> None:
    """The password alone takes off no second factor."""
    ulla.signs_in()
    _seed, codes = secured(house, ulla)
    house.skip(minutes=10)

    led = ulla.sees("/account/second-factor").headers["Location"]
    alone, guessed = (ulla.sends(led, password=PASSWORD, **more).status_code for more in ({}, {"code": "123456"}))
    wrong = ulla.sends(led, password="gættet", code=codes[0]).status_code
    back = ulla.sends(led, password=PASSWORD, code=codes[0]).headers["Location"]
    secured(house, ulla)
    ulla.sends("/account/second-factor/off", page="/account/")

    assert (led, alone, guessed, wrong) == ("/account/again?next=/account/second-factor", 422, 422, 422)
    assert back == "/account/second-factor"
    assert ulla.sees(led).headers["Location"] == back  # nobody is asked twice
    with house.database.reading() as session:
        said = list(session.scalars(select(Audit.action).where(Audit.action.startswith("second_factor")).order_by(Audit.id)))
        letters = [errand.payload["notice"] for errand in session.scalars(select(Errand).order_by(Errand.id))]
    assert said == letters == ["second_factor_set_up", "second_factor_set_up", "second_factor_taken_off"]


@pytest.mark.parametrize("way", ["/account/second-factor/off", "/account/passkeys/1/remove", "/account/issuer"])
def test_what_lets_somebody_in_is_not_changed_at_a_screen_left_open(house: House, way: str) -> None:
    ulla = signed_in(house, Role.AUDITOR)
    house.skip(minutes=10)

    answer = ulla.sends(way, page="/account/")

    assert answer.headers["Location"] == "/account/again?next=/account/?done%3Dproved"


def test_whoever_is_signed_in_guesses_no_password_either(house: House, ulla: Somebody) -> None:
    ulla.signs_in()
    for _ in range(5):
        ulla.sends("/account/again", password="gættet")

    answer = ulla.sends("/account/password", page="/account/", old=PASSWORD, new="en anden lang sætning")

    assert answer.status_code == 422
    with house.database.reading() as session:
        assert session.scalars(select(Audit.action).order_by(Audit.id.desc())).first() == "log_in_locked"


def test_a_new_password_ends_every_other_sign_in(house: House, ulla: Somebody) -> None:
    elsewhere = Somebody(house.app.test_client(), ulla.email)
    elsewhere.signs_in()
    ulla.signs_in()

    refused = ulla.sends("/account/password", page="/account/", old=PASSWORD, new="kort")
    answer = ulla.sends("/account/password", page="/account/", old=PASSWORD, new="en anden lang sætning")

    assert refused.status_code == 422
    assert "færre end 12 tegn" in refused.text
    assert answer.status_code == 302
    assert (is_in(ulla), is_in(elsewhere)) == (True, False)


def test_a_sign_in_can_be_ended_by_its_user_alone(house: House, ulla: Somebody) -> None:
    ulla.signs_in()
    stranger = signed_in(house, Role.SUPPORTER, name="Anders")
    with house.database.reading() as session:
        mine = session.scalar(select(SignIn.id).join(SignIn.user).where(User.email == ulla.email))

    theirs = stranger.sends(f"/account/sign-ins/{mine}/end", page="/account/")
    still_in = is_in(ulla)
    ulla.sends(f"/account/sign-ins/{mine}/end", page="/account/")

    assert theirs.status_code == 404
    assert still_in
    assert not is_in(ulla)


def test_a_sign_in_ends_after_twelve_hours_without_a_page(house: House, ulla: Somebody) -> None:
    ulla.signs_in()

    house.skip(hours=11)
    before = is_in(ulla)
    house.skip(hours=12, seconds=1)

    assert before
    assert not is_in(ulla)


def test_signing_out_ends_it_in_the_books_too(ulla: Somebody) -> None:
    ulla.signs_in()
    with ulla.client.session_transaction(base_url=ulla.base) as kept:
        token = kept["sign_in"]

    ulla.sends("/sign-out", page="/account/")
    with ulla.client.session_transaction(base_url=ulla.base) as kept:
        kept["sign_in"] = token

    assert not is_in(ulla)


def test_a_form_that_is_not_from_our_page_changes_nothing(house: House, ulla: Somebody) -> None:
    ulla.signs_in()

    answer = ulla.client.post("/account/password", data={"old": PASSWORD, "new": "en anden lang sætning"}, base_url=ulla.base)

    assert answer.status_code == 400
    assert Somebody(house.app.test_client(), ulla.email).signs_in().status_code == 302


def test_the_audit_says_who_signed_in_from_where_and_never_with_what(house: House, ulla: Somebody) -> None:
    ulla.signs_in("wrong password")
    ulla.signs_in()

    with house.database.reading() as session:
        lines = [(one.action, one.actor, one.address) for one in session.scalars(select(Audit).where(Audit.subject.like("user:%")))]
        told = " ".join(str(one.details) for one in session.scalars(select(Audit)))
    assert lines[-2:] == [("sign_in_failed", ulla.email, "127.0.0.1"), ("signed_in", ulla.email, "127.0.0.1")]
    assert "wrong password" not in told


def test_the_cookie_is_for_this_house_over_https_alone(ulla: Somebody) -> None:
    said = ulla.signs_in().headers["Set-Cookie"]

    assert said.startswith("__Host-doegnvagt=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in said.split(";")}


def addresses(house: House) -> Iterator[str]:
    """Every page that needs no argument and is only looked at."""
    for rule in house.app.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and not rule.arguments and rule.endpoint.startswith(("console.", "account.")):
            yield rule.rule


def test_nothing_of_the_console_is_there_for_whoever_is_not_signed_in(house: House) -> None:
    stranger = Somebody(house.app.test_client())

    answers = {address: stranger.sees(address).headers.get("Location", "") for address in addresses(house)}

    assert answers
    assert all(led.startswith("/sign-in") for led in answers.values()), answers
