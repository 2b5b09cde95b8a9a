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

ACCOUNT: Final = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_BASE_URL")
PATIENCE: Final = 10.0


def account(house: Installation) -> Iterator[Finding]:
    """Whether the account can be asked, and is active; and whether the clock reached it."""
    unknown = house.unknown("provider", ACCOUNT)
    if unknown:
        yield unknown
        return
    if not house.settings.has_account:
        cure = "set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"
        yield warning("provider", "There is no account at Twilio to ask: no calls come in, no text goes out.", cure=cure)
        return
    try:
        state = _numbers(house).account()
    except PortFailed as problem:
        yield _unreached("provider", problem)
        return
    if state == "active":
        yield ok("provider", "The account at Twilio is active.")
    else:
        yield error("provider", f"The account at Twilio is {state}.", cure="see why in Twilio's console")
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
        yield error("numbers", "There is no line: no call is answered.", cure="doegnvagt line set NUMBER --flow support")
    elif house.settings.has_account:
        api, wanted = _numbers(house), Setting.wanted(house.settings.public_base_url)
        try:
            for number in lines:
                yield _number(api, number, wanted)
        except PortFailed as problem:
            yield _unreached("numbers", problem)


def _number(api: TwilioNumbers, number: str, wanted: Setting) -> Finding:
    name, configure = f"The number {masked(number)}", "doegnvagt twilio configure NUMBER"
    found = api.find(number)
    if found is None:
        return error("numbers", f"{name} is none of the account's.", cure="buy it at Twilio, or set the account that has it")
    if found.overridden_by:
        told = f"{name} goes by its {' and '.join(found.overridden_by)}: its addresses do not count."
        return error("numbers", told, cure=f"{configure} --take-over")
    wrong = found.setting.differs(wanted)
    if not wrong:
        return ok("numbers", f"{name} has the addresses that it should have.")
    parts = ", ".join(WORDS[part] for part in wrong)
    if not found.setting.without_fragments().differs(wanted.without_fragments()):
        told = f"{name} does not tell Twilio to ask again when no answer came ({parts})."
        return warning("numbers", told, cure=configure)
    return error("numbers", f"{name} is not set to this house: {parts}.", cure=configure)


def _as_the_clock_sees_it(house: Installation) -> Iterator[Finding]:
    if house.database is None:
        return
    with house.database.reading() as session:
        found = health.provider(session)
    if found.failing_since is not None:
        told = f"The clock has not reached Twilio since {to_local(found.failing_since):%Y-%m-%d %H:%M} ({found.problem})."
        yield warning("provider", told, cure="compare the clock's settings and network with those here")


def _numbers(house: Installation) -> TwilioNumbers:
    found = house.settings
    return TwilioNumbers(
        account=found.twilio_account_sid or "",
        token=found.twilio_auth_tokens[0],
        api_base_url=found.twilio_api_base_url,
        timeout=PATIENCE,
    )


def _unreached(check: str, problem: PortFailed) -> Finding:
    cure = "set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN to what Twilio's console says" if problem.permanent else "try again later"
    return error(check, f"{problem}.", cure=cure)
