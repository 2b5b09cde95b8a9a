"""Forms: label above, help below, errors as a summary with links on top; what was typed is kept (ui.md 5).

WTForms reads and checks; it ships no Danish, so what its checks say stands in our catalogue. A wrong form is answered 422.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import ValidationError

from web.page import words
from web.words import N_

SAID_BY_THE_LIBRARY: Final = (
    N_("This field is required."),
    N_("Input is required."),
    N_("Not a valid choice."),
    N_("Not a valid choice"),
    N_("Not a valid integer value."),
    N_("Not a valid date value."),
    N_("Not a valid datetime value."),
    N_("Not a valid time value."),
    N_("Invalid email address."),
    N_("Invalid input."),
    N_("CSRF token missing."),
    N_("The CSRF token has expired."),
)


NUL: Final = "\0"
UNSEEN: Final = N_("There is a character in it that cannot be seen; type it anew.")


class OurWords:
    """What WTForms asks for its own sentences, out of our catalogue."""

    def gettext(self, text: str) -> str:
        """The sentence in the reader's language."""
        return words()(text)

    def ngettext(self, one: str, several: str, count: int) -> str:
        """The sentence for so many."""
        return words()(one if count == 1 else several)


class Form(FlaskForm):  # type: ignore[misc]  # it has no types
    """A form of ours. `strange` is what is wrong with it as a whole."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Sentences come from our catalogue."""

        def get_translations(self, form: object) -> OurWords:  # noqa: ARG002 - WTForms' signature
            """Ours, in the reader's language."""
            return OurWords()

    def __init__(self, *args: Any, **named: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(*args, **named)
        self.strange: list[str] = []

    def validate(self, *args: Any, **named: Any) -> bool:  # noqa: ANN401 - WTForms' own
        """Whether all of it is right; of no text is one right that a database cannot keep."""
        is_right = super().validate(*args, **named)
        kept_by_none = [field for field in self if isinstance(field.data, str) and NUL in field.data and not field.errors]
        for field in kept_by_none:
            self.refuse(field, words()(UNSEEN))
        return is_right and not kept_by_none

    def refuse(self, field: Field | None, sentence: str) -> None:
        """Says what is wrong, at the field or about all of it."""
        if field is None:
            self.strange.append(sentence)
        else:
            field.errors = [*field.errors, sentence]

    @property
    def problems(self) -> list[tuple[str | None, str]]:
        """Field id and sentence, in the order of the form."""
        found: list[tuple[str | None, str]] = [(None, sentence) for sentence in self.strange]
        for field in self:
            found += [(field.id, f"{words()(field.label.text)}: {sentence}") for sentence in field.errors]
        return found


def at_most(letters: int) -> Callable[[Form, Field], None]:
    """A check that a text is not longer than so many letters."""

    def checked(_form: Form, field: Field) -> None:
        if len(field.data or "") > letters:
            raise ValidationError(words()(N_("It may have {count} letters at most."), count=letters))

    return checked


def between(lowest: int, highest: int) -> Callable[[Form, Field], None]:
    """A check that a number lies there; WTForms' own fails on one of hundreds of digits."""

    def checked(_form: Form, field: Field) -> None:
        if field.data is not None and not lowest <= field.data <= highest:
            raise ValidationError(words()(N_("The number must be from {lowest} to {highest}."), lowest=lowest, highest=highest))

    return checked


def in_one_line(_form: Form, field: Field) -> None:
    """A check that a text has no letters that nobody sees: line ends, control codes."""
    if not (field.data or "").isprintable():
        raise ValidationError(words()(N_("Write it in one line, in letters that can be seen.")))


def stripped(text: str | None) -> str | None:
    """A text without its outer blanks; for a field's `filters`."""
    return text.strip() if text else text
