"""The forms about users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from wtforms import SelectField, StringField

from models import Supporter
from models.values import Role
from web.console.customers.forms import LANGUAGES
from web.fields import choices, mail, name, required, stripped, typed
from web.forms import Form
from web.page import words
from web.words import N_

ROLES: Final[Mapping[StrEnum, str]] = {
    Role.SUPPORTER: N_("Supporter: their own duty and calls, and the cases in them"),
    Role.BILLING: N_("Billing: customers' points, statements and corrections"),
    Role.ADMINISTRATOR: N_("Administrator: everything"),
    Role.AUDITOR: N_("Auditor: everything, to look at alone"),
}


class NewUserForm(Form):
    """Somebody who shall log in."""

    name = StringField(N_("Name"), [name], filters=[stripped], render_kw={"autocomplete": "off", "maxlength": 200})
    email = StringField(
        N_("E-mail"),
        [required, mail],
        filters=[stripped],
        description=N_("With this address they log in."),
        render_kw={"autocomplete": "off", "type": "email"},
    )
    role = SelectField(N_("Role"))
    supporter = SelectField(
        N_("Supporter"), description=N_("Who they are on the telephone; the role supporter needs one who has no log-in yet.")
    )
    language = SelectField(N_("Language"), choices=LANGUAGES)

    def __init__(self, supporters: Sequence[Supporter], **named: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(**named)
        self.role.choices = choices(ROLES)
        self.supporter.choices = {"": words()(N_("nobody")), **{str(one.id): one.name for one in supporters}}


class RoleForm(Form):
    """Another role."""

    role = SelectField(N_("Role"), description=N_("Where they are signed in they have to sign in again."))

    def __init__(self, **named: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(**named)
        self.role.choices = choices(ROLES)


class EndForm(Form):
    """That somebody shall log in no more, confirmed by typing their address."""

    email = StringField(N_("E-mail"), render_kw={"autocomplete": "off"})

    def __init__(self, wanted: str, **named: Any) -> None:  # noqa: ANN401 - WTForms' own
        super().__init__(**named)
        self.email.validators = [typed(wanted)]
