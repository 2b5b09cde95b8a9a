"""Long text in forms: kept by the server while it is typed, shown again with its form, and gone once it was sent (ui.md 5).

class NoteForm(Form):
    text = LongText(N_("What was done?"), kept_as="note")

form = drafted(NoteForm(), call.sid, within=session)   # what was typed at `note-CA…`, and not sent
sent(session, form)                                    # beside what the text becomes
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime
from typing import Any, Final, TypeVar

from flask import g
from sqlalchemy.orm import Session
from wtforms import TextAreaField

from helpdesk import drafts
from web.forms import Form
from web.given import given
from web.visitors import visitor

F = TypeVar("F", bound=Form)
NAME: Final = re.compile(r"[a-z]{1,15}(-[A-Za-z0-9-]{1,64})?")


class LongText(TextAreaField):  # type: ignore[misc]  # it has no types
    """A text that is drafted under `place`; `typed_at` is when the one that is shown was typed, where it is a draft."""

    def __init__(self, *args: Any, kept_as: str, **named: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*args, **named)
        self.kept_as = kept_as
        self.place: str | None = None
        self.typed_at: datetime | None = None


def drafted(form: F, about: str = "", *, within: Session | None = None) -> F:
    """The form, whose long texts are drafted from now on, about that; one that was not sent shows what was typed last.

    `within` is where it is looked up, if the page reads anyway.
    """
    for field in _long(form):
        place = f"{field.kept_as}-{about}" if about else field.kept_as
        field.place = place if NAME.fullmatch(place) else None
        found = _mine(within).get(field.place or "") if field.raw_data is None else None
        if found is not None:
            field.data, field.typed_at = found
    return form


def sent(session: Session, form: Form, about: str = "") -> None:
    """What was typed became something: nothing of it is kept."""
    places = [f"{field.kept_as}-{about}" if about else field.kept_as for field in _long(form)]
    drafts.forget(session, visitor().user_id, places)


def _long(form: Form) -> list[LongText]:
    return [field for field in form if isinstance(field, LongText)]


def _mine(within: Session | None) -> Mapping[str, tuple[str, datetime]]:
    """Read once for a page, however many forms it has."""
    if "drafts" not in g:
        with nullcontext(within) if within is not None else given().reading() as session:
            g.drafts = drafts.of_user(session, visitor().user_id, now=given().clock())
    found: Mapping[str, tuple[str, datetime]] = g.drafts
    return found
