"""The provider: whether its account answers, and what stands there on each of our numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import select

from app import health
from app.doctor.findings import Finding, error, ok, warning
from app.doctor.installation import Installation
from helpdesk.ports import PortFailed
from ivr.twilio_numbers import WORDS, Setting, TwilioNumbers
from models import Line
from models.local import to_local
from models.values import masked
from web.words import N_

ACCOUNT: Final = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_BASE_URL")
PATIENCE: Final = 10.0
CONFIGURE: Final = N_("doegnvagt twilio configure NUMBER")


def account(house: Installation) -> Iterator[Finding]:
    """Whether the account can be asked, and is active; and whether the clock reached it."""
    unknown = house.unknown("provider", ACCOUNT)
    if unknown:
        yield unknown
        return
    if not house.settings.has_account:
        told = N_("There is no account at Twilio to ask: no calls come in, no text goes out.")
        yield warning("provider", told, cure=N_("set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"))
        return
    try:
        state = _numbers(house).account()
    except PortFailed as problem:
        yield _unreached("provider", problem)
        return
    if state == "active":
        yield ok("provider", N_("The account at Twilio is active."))
    else:
        yield error("provider", N_("The account at Twilio is {state}."), cure=N_("see why in Twilio's console"), state=state)
    yield from _as_the_clock_sees_it(house)


def numbers(house: Installation) -> Iterator[Finding]:
    """What stands at Twilio on the number of each line."""
    unknown = house.unknown("numbers", [*ACCOUNT, "PUBLIC_BASE_URL"], needs_database=True)
    if unknown or house.database is None:
        yield from filter(None, [unknown])
        return
    with house.database.reading() as session:
        lines = list(session.scalars(select(Line.number).order_by(Line.number)))
    if not lines:
        cure = N_("doegnvagt line set NUMBER --flow support")
        yield error("numbers", N_("There is no line: no call is answered."), cure=cure)
    elif house.settings.has_account:
        api, wanted = _numbers(house), Setting.wanted(house.settings.public_base_url)
        try:
            for number in lines:
                yield _number(api, number, wanted)
        except PortFailed as problem:
            yield _unreached("numbers", problem)


def _number(api: TwilioNumbers, number: str, wanted: Setting) -> Finding:
    name = masked(number)
    found = api.find(number)
    if found is None:
        cure = N_("buy it at Twilio, or set the account that has it")
        return error("numbers", N_("The number {number} is none of the account's."), cure=cure, number=name)
    if found.overridden_by:
        told = N_("The number {number} goes by its {others}: its addresses do not count.")
        cure = N_("doegnvagt twilio configure NUMBER --take-over")
        return error("numbers", told, cure=cure, number=name, others=", ".join(found.overridden_by))
    wrong = found.setting.differs(wanted)
    if not wrong:
        return ok("numbers", N_("The number {number} has the addresses that it should have."), number=name)
    parts = ", ".join(WORDS[part] for part in wrong)
    if not found.setting.without_fragments().differs(wanted.without_fragments()):
        told = N_("The number {number} does not tell Twilio to ask again when no answer came ({parts}).")
        return warning("numbers", told, cure=CONFIGURE, number=name, parts=parts)
    return error("numbers", N_("The number {number} is not set to this house: {parts}."), cure=CONFIGURE, number=name, parts=parts)


def _as_the_clock_sees_it(house: Installation) -> Iterator[Finding]:
    if house.database is None:
        return
    with house.database.reading() as session:
        found = health.provider(session)
    if found.failing_since is not None:
        told = N_("The clock has not reached Twilio since {since} ({problem}).")
        since = f"{to_local(found.failing_since):%Y-%m-%d %H:%M}"
        cure = N_("compare the clock's settings and network with those here")
        yield warning("provider", told, cure=cure, since=since, problem=found.problem)


def _numbers(house: Installation) -> TwilioNumbers:
    found = house.settings
    return TwilioNumbers(
        account=found.twilio_account_sid or "",
        token=found.twilio_auth_tokens[0],
        api_base_url=found.twilio_api_base_url,
        timeout=PATIENCE,
    )


def _unreached(check: str, problem: PortFailed) -> Finding:
    if problem.unauthorized or problem.permanent:
        cure = N_("set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN to what Twilio's console says")
        return error(check, N_("Twilio does not answer us: {problem}."), cure=cure, problem=problem)
    return error(check, N_("Twilio could not be asked: {problem}."), cure=N_("try again later"), problem=problem)
