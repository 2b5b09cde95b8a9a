"""A form that moves points is booked once, however often it is sent: where it led is kept for a day (helpdesk.kept_answers)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from sqlalchemy.orm import Session

from helpdesk import kept_answers
from web.console.billing.forms import Sure
from web.given import given
from web.visitors import visitor

FORM: Final = "form"
NO_TOKEN: Final = 0
"""Among the answers that are kept for a day those of forms are nobody's token's."""


def led(session: Session, form: Sure) -> str | None:
    """Where the same form led that was sent before, be it at this very moment; None where it is the first, or was refused."""
    if not form.once.data:
        return None
    before = kept_answers.of_before(session, NO_TOKEN, _named(form), FORM, now=given().clock())
    return before[1] or None if before is not None else None


def leads(session: Session, form: Sure, way: str) -> None:
    """It is booked, and leads there."""
    if form.once.data:
        kept_answers.keep(session, NO_TOKEN, _named(form), status=HTTPStatus.FOUND, body=way)


def led_before(form: Sure) -> str | None:
    """Where a form led that would be refused now, for it did itself what it asks for: a quarter of which nothing is left."""
    if not form.is_sure or not form.once.data or form.once.errors:
        return None
    with given().reading() as session:
        return kept_answers.kept(session, NO_TOKEN, _named(form)) or None


def _named(form: Sure) -> str:
    return f"{FORM}:{visitor().user_id}:{form.once.data}"
