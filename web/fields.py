"""What the fields of our forms are asked: names, telephone numbers, addresses, whole numbers, and a word typed to confirm.

Each check says in the reader's language what is wrong, and never lets through what a database cannot keep.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from wtforms import Field, ValidationError
from wtforms import Form as AnyForm

from helpdesk.customers import named
from models.values import e164
from web.forms import UNSEEN
from web.page import words
from web.words import N_

Check = Callable[[AnyForm, Field], None]
MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
LONGEST_MAIL: Final = 254
REQUIRED: Final = N_("This field is required.")


def name(_form: AnyForm, field: Field) -> None:
    """A name: 1 to 200 characters that can be seen."""
    try:
        named(field.data or "")
    except ValueError:
        raise ValidationError(words()(N_("A name has 1 to 200 characters."))) from None
    visible(_form, field)


def visible(_form: AnyForm, field: Field) -> None:
    """A text without control characters."""
    if not (field.data or "").isprintable():
        raise ValidationError(words()(UNSEEN))


def telephone(_form: AnyForm, field: Field) -> None:
    """A telephone number, or nothing."""
    if field.data and e164(field.data) is None:
        raise ValidationError(words()(N_("That is no telephone number; write it like +45 20 30 40 50 or 20 30 40 50.")))


def mail(_form: AnyForm, field: Field) -> None:
    """A mail address, or nothing."""
    text = field.data or ""
    if text and (not MAIL.fullmatch(text) or not text.isprintable() or len(text) > LONGEST_MAIL):
        raise ValidationError(words()(N_("That is no mail address; write it like anna@example.com.")))


def required(_form: AnyForm, field: Field) -> None:
    """Something was typed."""
    if not (field.data or "").strip():
        raise ValidationError(words()(REQUIRED))


def whole(first: int, last: int) -> Check:
    """A whole number from `first` to `last`."""

    def check(_form: AnyForm, field: Field) -> None:
        if field.data is None or not first <= field.data <= last:
            field.errors = []  # what the library said of it stands in this sentence too
            raise ValidationError(words()(N_("Write a whole number from {first} to {last}."), first=first, last=last))

    return check


def typed(wanted: str) -> Check:
    """Exactly this was typed, to confirm what cannot be taken back."""

    def check(_form: AnyForm, field: Field) -> None:
        if " ".join((field.data or "").split()) != wanted:
            raise ValidationError(words()(N_("Type {wanted} to confirm it."), wanted=wanted))

    return check


def stripped(text: str | None) -> str | None:
    """A field's filter: without the blanks around it."""
    return text.strip() if text else text


def choices(kinds: Mapping[StrEnum, str]) -> dict[str, str]:
    """The choices of a list, in the reader's language."""
    return {kind.value: words()(label) for kind, label in kinds.items()}


def pressed_place(pressed: Mapping[str, str], button: str) -> int:
    """Of which part of a form a button is, from 0; -1 where it was not pressed."""
    number = pressed.get(button, "")
    return int(number) - 1 if number.isascii() and number.isdecimal() and len(number) < 3 else -1  # noqa: PLR2004 - digits
