"""The forms of signing in. Labels are English here, and told in the reader's language where they are shown."""

from __future__ import annotations

from wtforms import PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from models.values import Language
from web.fields import mail, required, stripped
from web.forms import Form
from web.words import N_


class SignInForm(Form):
    """E-mail and password."""

    email = StringField(N_("E-mail"), [InputRequired(), Length(max=254)], render_kw={"autocomplete": "username", "type": "email"})
    password = PasswordField(N_("Password"), [InputRequired(), Length(max=1000)], render_kw={"autocomplete": "current-password"})


class CodeForm(Form):
    """A code of the authenticator app, or a recovery code."""

    code = StringField(
        N_("Code"),
        [InputRequired(), Length(max=40)],
        description=N_("Six digits from your authenticator app, or one of your recovery codes."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "text", "autocapitalize": "none"},
    )


class SecondFactorForm(Form):
    """The first code of an app that is being set up."""

    code = StringField(
        N_("Code"),
        [InputRequired(), Length(max=10)],
        description=N_("The six digits that the app shows now."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class ProofForm(Form):
    """The password of whoever is signed in already, and the code of their second factor, if they have one."""

    password = PasswordField(N_("Password"), [InputRequired(), Length(max=1000)], render_kw={"autocomplete": "current-password"})
    code = StringField(
        N_("Code"),
        [InputRequired(), Length(max=40)],
        description=N_("Six digits from your authenticator app, or one of your recovery codes."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "text", "autocapitalize": "none"},
    )


class PasswordForm(Form):
    """A new password of one's own, shown to be meant by the old one."""

    old = PasswordField(N_("Password now"), [InputRequired(), Length(max=1000)], render_kw={"autocomplete": "current-password"})
    new = PasswordField(
        N_("New password"),
        [InputRequired(), Length(max=1000)],
        description=N_("At least 12 characters; a sentence is easy to remember."),
        render_kw={"autocomplete": "new-password"},
    )


class NewPasswordForm(Form):
    """A password for one who has a link to set it."""

    new = PasswordField(
        N_("New password"),
        [InputRequired(), Length(max=1000)],
        description=N_("At least 12 characters; a sentence is easy to remember."),
        render_kw={"autocomplete": "new-password"},
    )


class ForgottenForm(Form):
    """Whose password is forgotten."""

    email = StringField(N_("E-mail"), [required, mail], filters=[stripped], render_kw={"autocomplete": "username", "type": "email"})


class LanguageForm(Form):
    """The language of the screens."""

    language = SelectField(N_("Language"), choices={Language.DANISH.value: "Dansk", Language.ENGLISH.value: "English"})


class Confirmed(Form):
    """A button that changes something: the form itself says that it came from our page."""
