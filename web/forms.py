"""Forms: label above, help below, errors as a summary with links on top; what was typed is kept (ui.md 5).

WTForms reads and checks; it ships no Danish, so what its checks say stands in our catalogue. A wrong form is answered 422.
"""

from __future__ import annotations

from typing import Any, Final

from flask_wtf import FlaskForm
from wtforms import Field

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
