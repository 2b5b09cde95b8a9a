"""Signing in with an OpenID provider: who comes in, who does not and what they read, and what of it is asked of the provider."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from sqlalchemy import select, update
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from helpdesk import identities, second_factor, sign_ins, users
from models import Audit, Identity, SignInFailure, User
from models.values import Role
from tests.house import BASE, House
from tests.issuer import CLIENT_ID, CLIENT_SECRET, DISCOVERY, Provider, Someone
from tests.web.people import PASSWORD, Somebody, a_user, signed_in, user_of
from web.issuer import asking
from web.issuer.troubles import IssuerAway

IN = "/now"
START = "/sign-in/oidc"
BACK = "/sign-in/oidc/back"
TRIP = "__Host-doegnvagt-trip"


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def settings(provider: Provider) -> dict[str, str]:
    provider.client.back_to = BASE + BACK
    ours = {"OIDC_CLIENT_ID": CLIENT_ID, "OIDC_CLIENT_SECRET": CLIENT_SECRET, "OIDC_NAME": "Firmaet"}
    return {"OIDC_ISSUER": provider.address, **ours}


@pytest.fixture
def house(build: Callable[..., House], settings: dict[str, str]) -> House:
    return build(env=settings)


@dataclass
class Ulla(Somebody):
    """Somebody with a browser before the house, who has an account at the provider too."""

    provider: Provider | None = None

    def leaves(self, address: str = START) -> str:
        """Goes to the provider; what it asks for there."""
        return self.sees(address).headers["Location"]

    def returns(self, way: str) -> str:
        """The address of ours that the provider sends the browser to."""
        back = requests.get(way, allow_redirects=False, timeout=5).headers["Location"]
        assert back.startswith(BASE)
        return back.removeprefix(BASE)

    def comes(self, address: str = START) -> TestResponse:
        """There and back."""
        return self.sees(self.returns(self.leaves(address)))

    def is_in(self) -> bool:
        return self.sees(IN).status_code == 200


@pytest.fixture
def ulla(house: House, provider: Provider) -> Ulla:
    """An auditor: nobody has to set up a second factor first."""
    email = a_user(house.database, Role.AUDITOR, now=house.now)
    provider.who = Someone(email=email.upper())
    return Ulla(house.app.test_client(), email, provider=provider)


def rows(house: House, table: type[Any]) -> list[Any]:
    with house.database.reading() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def actions(house: House) -> list[str]:
    return [one.action for one in rows(house, Audit) if one.subject.startswith("user:")]


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_a_verified_e_mail_links_the_log_in_once_and_the_subject_lets_in_ever_after(
    house: House, provider: Provider, ulla: Ulla
) -> None:
    first = ulla.comes(f"{START}?next=/account/%3Fa%3Db")
    was_in = ulla.is_in()
    provider.who = Someone(email="another@house.example", email_verified=False)
    again = Ulla(house.app.test_client(), ulla.email)
    second = again.comes()

    assert first.headers["Location"] == "/account/?a=b"
    assert second.headers["Location"] == IN
    assert (was_in, again.is_in()) == (True, True)
    assert [(one.issuer, one.subject) for one in rows(house, Identity)] == [(provider.address, provider.who.sub)]
    assert actions(house)[-3:] == ["identity_linked", "signed_in", "signed_in"]


def test_the_way_there_is_bound_to_this_browser_and_says_no_more_than_it_must(ulla: Ulla) -> None:
    left = ulla.sees(f"{START}?next=/now")

    asked = {name: value[0] for name, value in parse_qs(urlsplit(left.headers["Location"]).query).items()}
    cookie = left.headers["Set-Cookie"]
    assert {name: asked[name] for name in ("response_type", "client_id", "scope", "redirect_uri", "code_challenge_method")} == {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "scope": "openid email",
        "redirect_uri": BASE + BACK,
        "code_challenge_method": "S256",
    }
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert cookie.startswith(f"{TRIP}=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=600"} <= {part.strip() for part in cookie.split(";")}
    assert not any(asked[name] in cookie for name in ("state", "nonce"))
    assert left.headers["Cache-Control"] == "no-store"


def test_the_page_to_sign_in_has_a_button_that_keeps_where_one_was_going(ulla: Ulla) -> None:
    page = ulla.sees("/sign-in?next=/account/")
    left = ulla.sees("/sign-in?done=out")

    assert 'href="/sign-in/oidc?next=/account/">Log ind med Firmaet</a>' in page.text
    assert 'href="/sign-in/oidc?anew=1">' in left.text
    assert parse_qs(urlsplit(ulla.leaves(f"{START}?anew=1")).query)["prompt"] == ["login"]


def test_nobody_is_led_to_another_house(ulla: Ulla) -> None:
    for wanted in ("//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example", "x" * 3_000):
        answer = ulla.comes(f"{START}?{urlencode({'next': wanted})}")

        assert answer.headers["Location"] == IN, wanted


STRANGERS = {
    "nobody's e-mail": (Someone(sub="9", email="nobody@house.example"), "Du er ikke oprettet som bruger her"),
    "an e-mail that is not verified": (Someone(email="ulla.auditor@house.example", email_verified=False), "din e-mail er din"),
    "an e-mail of which nothing is said": (Someone(email="ulla.auditor@house.example", email_verified=None), "din e-mail er din"),
    "no e-mail": (Someone(), "din e-mail er din"),
}


def test_whom_we_do_not_know_reads_what_to_do_and_nothing_is_made(house: House, provider: Provider, ulla: Ulla) -> None:
    for provider.who, told in STRANGERS.values():
        answer = ulla.comes()

        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert told in answer.text
        assert 'href="/sign-in/oidc?anew=1"' in answer.text, "else the same account would come back unasked"
    assert not ulla.is_in()
    assert (len(rows(house, User)), rows(house, Identity)) == (1, [])
    assert len(rows(house, SignInFailure)) == len(STRANGERS)


def test_a_user_who_was_ended_or_locked_does_not_come_in_linked_or_not(house: House, ulla: Ulla) -> None:
    def said() -> str:
        answer = Ulla(house.app.test_client(), ulla.email).comes()
        assert answer.status_code == HTTPStatus.FORBIDDEN
        return answer.text

    ulla.comes()
    with house.database.writing() as session:
        session.execute(update(User).values(locked_until=house.now.replace(year=2027)))
    locked = said()
    with house.database.writing() as session:
        session.execute(update(User).values(locked_until=None))
        users.end(session, session.scalars(select(User)).one(), actor="test", now=house.now)
    ended = said()

    assert "Din bruger er låst" in locked
    assert "Du er ikke oprettet som bruger her" in ended
    assert not ulla.is_in()


def test_another_account_with_the_same_e_mail_is_not_let_in_until_the_link_is_taken_away(
    house: House, provider: Provider, ulla: Ulla
) -> None:
    ulla.comes()
    provider.who = Someone(sub="somebody new", email=ulla.email)
    refused = Ulla(house.app.test_client(), ulla.email).comes()
    boss = signed_in(house, Role.ADMINISTRATOR, name="Bo")
    with house.database.writing() as session:
        second_factor.put_on(users.find(session, boss.email), second_factor.drawn(), seal=house.app.extensions["web"].seal, step=0)  # type: ignore[arg-type]
    page = f"/users/{user_of(house.database, ulla.email).id}"

    unlinked = boss.sends(f"{page}/identity/unlink", page=page)

    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert "knyttet til en anden konto" in refused.text
    assert unlinked.headers["Location"] == f"{page}?done=unlinked"
    assert not ulla.is_in()
    assert ulla.comes().headers["Location"] == IN
    assert [one.subject for one in rows(house, Identity)] == ["somebody new"]


def test_our_second_factor_is_asked_for_where_the_user_has_one(house: House, ulla: Ulla) -> None:
    with house.database.writing() as session:
        user = users.find(session, ulla.email)
        assert user is not None
        second_factor.put_on(user, "A" * 32, seal=house.app.extensions["web"].seal, step=0)

    answer = ulla.comes(f"{START}?next=/account/")
    half = ulla.is_in()
    wrong = ulla.sends(answer.headers["Location"], code="000000")

    assert answer.headers["Location"] == "/sign-in/code?next=/account/"
    assert not half
    assert wrong.status_code == 422


@pytest.mark.parametrize(("amr", "led"), [(["pwd"], "/account/"), (["pwd", "mfa"], None)])
def test_the_providers_second_factor_counts_where_the_operator_says_so(
    build: Callable[..., House], settings: dict[str, str], provider: Provider, amr: list[str], led: str | None
) -> None:
    house = build(env={**settings, "OIDC_AMR": "mfa, hwk"})
    email = a_user(house.database, Role.ADMINISTRATOR, now=house.now)
    provider.who = Someone(email=email, amr=amr)
    boss = Ulla(house.app.test_client(), email)

    boss.comes()

    assert boss.sees(IN).headers.get("Location") == led


def test_a_user_links_their_own_log_in_and_no_verified_e_mail_is_needed(house: House, provider: Provider, ulla: Ulla) -> None:
    ulla.signs_in()
    provider.who = Someone(sub="me there", email=None)
    page = ulla.sends("/account/issuer", page="/account/")
    way = page.text.partition('btn-primary" href="')[2].partition('"')[0].replace("&amp;", "&")

    linked = ulla.sees(ulla.returns(way))
    there = Ulla(house.app.test_client(), ulla.email)
    there.comes()

    assert linked.headers["Location"] == "/account/?done=linked"
    assert there.is_in()
    assert "Du kan logge ind med Firmaet" in ulla.sees("/account/").text


def test_a_link_is_for_whoever_began_it(house: House, provider: Provider, ulla: Ulla) -> None:
    ulla.signs_in()
    provider.who = Someone(sub="me there")
    page = ulla.sends("/account/issuer", page="/account/")
    back = ulla.returns(page.text.partition('btn-primary" href="')[2].partition('"')[0].replace("&amp;", "&"))
    ulla.sends("/sign-out", page="/account/")
    ulla.email = a_user(house.database, Role.AUDITOR, now=house.now, name="Bo")
    ulla.signs_in()

    answer = ulla.sees(back)

    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert rows(house, Identity) == []


def test_a_way_back_is_good_once_and_in_the_browser_that_left(house: House, ulla: Ulla, provider: Provider) -> None:
    back = ulla.returns(ulla.leaves())
    other = Ulla(house.app.test_client(), ulla.email)

    foreign = other.sees(back)
    other.leaves()
    provider.asked.clear()
    with_another_trip = other.sees(back)
    asked = list(provider.asked)
    mine = ulla.sees(back)
    again = ulla.sees(back)

    assert [one.status_code for one in (foreign, with_another_trip, mine, again)] == [400, 400, 302, 400]
    assert "Begynd forfra" in foreign.text
    assert asked == []
    assert not other.is_in()
    assert len(rows(house, SignInFailure)) == 1, "a browser without a trip of ours makes nobody look guilty"


def test_a_trip_takes_ten_minutes_at_most(house: House, ulla: Ulla) -> None:
    back = ulla.returns(ulla.leaves())
    house.skip(minutes=10)

    assert ulla.sees(back).status_code == 400


def test_too_many_failures_close_the_way_for_a_network_address(house: House, ulla: Ulla, provider: Provider) -> None:
    back = ulla.returns(ulla.leaves())
    with house.database.writing() as session:
        for _ in range(sign_ins.MOST_OF_ADDRESS):
            session.add(SignInFailure(at=house.now, address="127.0.0.1"))
    provider.asked.clear()

    assert [ulla.sees(START).status_code, ulla.sees(back).status_code] == [429, 429]
    assert provider.asked == []


def answers(path: str, status: int, body: str = "") -> Callable[[Provider], None]:
    return lambda provider: provider.fails.update({path: (status, body)})


def bends(**claims: object) -> Callable[[Provider], None]:
    return lambda provider: setattr(provider, "bends", lambda found: {**found, **claims})


def describes(**more: object) -> Callable[[Provider], None]:
    return lambda provider: provider.more.update(more)


TROUBLES: dict[str, tuple[Callable[[Provider], None], int, str]] = {
    "it says no": (lambda provider: setattr(provider, "who", None), 403, "lukkede dig ikke ind"),
    "it is down": (answers(DISCOVERY, 503), 502, "svarer ikke"),
    "it redirects": (answers(DISCOVERY, 302), 502, "ikke kan bruge"),
    "it answers a page": (answers(DISCOVERY, 200, "<p>Hello"), 502, "ikke kan bruge"),
    "it answers endlessly": (answers(DISCOVERY, 200, " " * 300_000), 502, "ikke kan bruge"),
    "it has another name": (describes(issuer="https://elsewhere.example"), 502, "ikke kan bruge"),
    "it wants tokens in the open": (describes(token_endpoint="http://elsewhere.example/token"), 502, "ikke kan bruge"),
    "it gives no tokens": (answers("/token", 503), 502, "svarer ikke"),
    "it gives a page": (answers("/token", 200, "<p>Hello"), 502, "ikke kan bruge"),
    "it gives a list": (answers("/token", 200, "[]"), 502, "ikke kan bruge"),
    "it gives a tower": (answers("/token", 200, "[" * 100_000), 502, "ikke kan bruge"),
    "it gives nothing of use": (answers("/token", 200, '{"access_token": 7, "expires_in": "soon"}'), 502, "ikke kan bruge"),
    "it does not know us": (answers("/token", 401, '{"error": "invalid_client"}'), 502, "ikke kan bruge"),
    "it takes the code for used": (answers("/token", 400, '{"error": "invalid_grant"}'), 400, "Begynd forfra"),
    "it has no keys": (answers("/keys", 200, '{"keys": []}'), 502, "ikke kan bruge"),
    "it has odd keys": (answers("/keys", 200, '{"keys": [7, {"kty": "EC", "crv": 1}]}'), 502, "ikke kan bruge"),
    "another nonce": (bends(nonce="another"), 502, "ikke kan bruge"),
    "another audience": (bends(aud="another"), 502, "ikke kan bruge"),
    "a clock that is slow": (lambda provider: setattr(provider, "seconds", -600), 502, "går ikke ens"),
    "a clock that is fast": (lambda provider: setattr(provider, "seconds", 120), 502, "går ikke ens"),
}


def forgets(house: House) -> None:
    """Nothing is known of the issuer, as when a process has just started."""
    issuer = house.app.extensions["web"].issuer
    issuer.__init__(issuer.us, back_to=issuer.back_to, clock=issuer.clock)


def test_whatever_the_provider_does_is_told_calmly_and_lets_nobody_in(house: House, provider: Provider) -> None:
    for name, (breaks, status, sentence) in TROUBLES.items():
        provider.back_to_normal()
        forgets(house)
        provider.who = Someone(email="nobody@house.example")
        ulla = Ulla(house.app.test_client())
        breaks(provider)

        with capture_logs() as lines:
            left = ulla.sees(START)
            answer = ulla.sees(ulla.returns(left.headers["Location"])) if left.status_code == 302 else left

        assert answer.status_code == status, name
        assert sentence in answer.text, name
        assert "state=" not in answer.text, name
        assert [line["event"] for line in lines] == ["sign_in_elsewhere_failed"], name
        assert not any(secret in str(lines) for secret in ("eyJ", CLIENT_SECRET, "code=")), name


def test_a_provider_that_fails_is_left_alone_for_a_while_and_then_asked_again(
    house: House, provider: Provider, ulla: Ulla, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer = house.app.extensions["web"].issuer
    now = issuer.clock()
    provider.fails[DISCOVERY] = (500, "")
    monkeypatch.setattr(issuer._document, "_clock", lambda: now)

    statuses = [ulla.sees(START).status_code for _ in range(3)]
    asked = len(provider.asked)
    provider.fails.clear()
    monkeypatch.setattr(issuer._document, "_clock", lambda: now.replace(year=now.year + 1))

    assert statuses == [502, 502, 502]
    assert asked == 1
    assert ulla.comes().status_code == 302


def test_a_provider_that_does_not_answer_in_time_is_waited_for_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PATIENCE", (1, 0.01))
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(IssuerAway, match="ReadTimeout"):
        asking.got(f"http://127.0.0.1:{silent.getsockname()[1]}/")


def test_few_threads_wait_for_a_provider_and_the_others_are_told_at_once(
    ulla: Ulla, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "WAITS", 0.01)
    taken = [asking._askers.acquire(timeout=1) for _ in range(asking.AT_ONCE)]
    try:
        answer = ulla.sees(START)
    finally:
        for _ in taken:
            asking._askers.release()

    assert answer.status_code == 502
    assert provider.asked == []


def test_a_key_that_is_new_is_looked_up_once_a_minute_at_most(house: House, ulla: Ulla, provider: Provider) -> None:
    issuer = house.app.extensions["web"].issuer
    ulla.comes()
    old = provider.key
    provider.key = type(old).generate_key("P-256", {"kid": "two", "use": "sig"})
    try:
        too_soon = ulla.comes()
        found = issuer._keys._found
        issuer._keys._found = (found[0].replace(year=found[0].year - 1), found[1])
        later = ulla.comes()
    finally:
        provider.key = old

    assert (too_soon.status_code, later.status_code) == (502, 302)


def test_an_e_mail_that_the_token_does_not_have_is_asked_for(ulla: Ulla, provider: Provider) -> None:
    provider.only_when_asked = True

    answer = ulla.comes()

    assert answer.headers["Location"] == IN
    assert provider.asked.count("/userinfo") == 1


def test_a_cached_provider_is_asked_for_a_token_alone(house: House, ulla: Ulla, provider: Provider) -> None:
    ulla.comes()
    provider.asked.clear()

    Ulla(house.app.test_client()).comes()

    assert provider.asked == ["/authorize", "/token"]


def test_without_an_issuer_there_is_neither_button_nor_page(build: Callable[..., House]) -> None:
    house = build()
    email = a_user(house.database, Role.AUDITOR, now=house.now)
    there = Somebody(house.app.test_client(), email)

    assert "oidc" not in there.sees("/sign-in").text
    assert [there.sees(path).status_code for path in (START, BACK)] == [404, 404]
    assert there.signs_in(PASSWORD).headers["Location"] == IN


def test_an_identity_is_one_users_whoever_comes_first(house: House, provider: Provider, ulla: Ulla) -> None:
    ulla.comes()
    email = a_user(house.database, Role.AUDITOR, now=house.now, name="Bo")

    with house.database.writing() as session:
        bo = users.find(session, email)
        assert bo is not None
        [known] = session.scalars(select(Identity))
        claimed = identities.Vouched(
            issuer=known.issuer, subject=known.subject, email=email, is_verified=True, with_second_factor=False
        )
        with pytest.raises(identities.AlreadyLinked):
            identities.link(session, bo, claimed, now=house.now)
        assert identities.owner(session, claimed, now=house.now).email == ulla.email
    assert provider.who is not None
