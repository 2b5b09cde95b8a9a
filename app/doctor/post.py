"""Letters: whether the mail server lets us in. Nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator

from app.doctor.findings import Finding, error, ok
from app.doctor.installation import Installation
from app.mail import Smtp
from helpdesk.ports import PortFailed
from web.words import N_


def check(house: Installation) -> Iterator[Finding]:
    """Greeting, TLS and name, as before a letter; nothing where no mail server is set."""
    unknown = house.unknown("mail", ["SMTP_URL", "MAIL_FROM"])
    if unknown:
        yield unknown
    elif house.settings.smtp_url and house.settings.mail_from:
        try:
            Smtp(house.settings.smtp_url, house.settings.mail_from).greet()
        except PortFailed as problem:
            away = N_(
                "wait for the mail server or start it, or set SMTP_URL to where it is;"
                " `doegnvagt errand list --state failed` shows what was given up meanwhile"
            )
            cure = N_("set SMTP_URL (a user name's @ is written %40)") if problem.permanent else away
            yield error("mail", N_("No letter can be sent: {problem}."), cure=cure, problem=problem)
        else:
            yield ok("mail", N_("The mail server lets us in."))
