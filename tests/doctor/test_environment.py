"""What the doctor says of settings, and of what they lead to: each wrong or missed one by its name, and its cure."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.app.outside import certificate, free_port
from tests.cli.desk import SECRET
from tests.doctor.conftest import Ward
from tests.serving import served

Env = dict[str, str]

# Settings, one variable each: what it is set to, and what is said about it.
SETTINGS: Final[dict[str, tuple[Env, str, str, str]]] = {
    "a wrong one": ({"PORT": "http"}, "error", "PORT is not a port", "set PORT as .env.example says"),
    "no root key": ({"SECRET_KEY": ""}, "error", "SECRET_KEY is not set", "make one with `python3 -c"),
    "half of a pair": ({"MAIL_FROM": ""}, "error", "MAIL_FROM is needed with SMTP_URL", "set MAIL_FROM"),
    "half of another pair": (
        {"TRANSCRIBE_TOKEN": "hunter2"},
        "error",
        "TRANSCRIBE_URL is needed with TRANSCRIBE_TOKEN",
        "set TRANSCRIBE_URL",
    ),
    "one of a pair that is wrong": (
        {"TRANSCRIBE_URL": "whisper", "TRANSCRIBE_TOKEN": "hunter2"},
        "error",
        "TRANSCRIBE_URL is not an https address",
        "set TRANSCRIBE_URL as .env.example says",
    ),
    "a short root key": (
        {"SECRET_KEY": f"{'x' * 31},{SECRET}"},
        "warning",
        "The first key of SECRET_KEY is shorter than 32 characters",
        "put it first (SECRET_KEY=new,old), restart, `doegnvagt pins rekey`, then drop the old one",
    ),
    "no helper": ({"EMERGENCY_NUMBER": ""}, "warning", "EMERGENCY_NUMBER is not set: nobody is rung", "set EMERGENCY_NUMBER"),
    "nobody alarmed": ({"ALARM_ADDRESS": ""}, "warning", "ALARM_ADDRESS is not set", "set ALARM_ADDRESS"),
    "no letters": ({"SMTP_URL": "", "MAIL_FROM": ""}, "warning", "SMTP_URL is not set: letters are kept", "set SMTP_URL"),
    "no texts": ({"SMS_FROM": ""}, "warning", "SMS_FROM is not set: text messages are kept", "set SMS_FROM"),
    "at home": ({"DEMO": "", "DEMO_CLOCK": ""}, "warning", "PUBLIC_BASE_URL is this machine itself", "set PUBLIC_BASE_URL"),
    "in the open": (
        {"DEMO": "", "DEMO_CLOCK": "", "PUBLIC_BASE_URL": "http://line.invalid"},
        "warning",
        "PUBLIC_BASE_URL is http",
        "https address",
    ),
}


@pytest.mark.parametrize(("env", "level", "found", "cure"), SETTINGS.values(), ids=SETTINGS)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_setting_that_is_wrong_or_missed_is_named(ward: Ward, env: Env, level: str, found: str, cure: str) -> None:
    ails = [one for one in ward.ails(**env) if one[0] == "settings"]

    assert [(one[1], found in one[2], cure in one[3]) for one in ails if found in one[2]] == [(level, True, True)]


@pytest.mark.parametrize("keys", [{"SECRET_KEY": "x" * 32}, {"SECRET_KEY": f"{'x' * 32},{'y' * 8}"}], ids=str)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_root_key_that_is_long_enough_is_nothing_to_talk_about_nor_is_a_short_one_behind_it(ward: Ward, keys: Env) -> None:
    assert [one for one in ward.ails(**keys) if "SECRET_KEY" in one[2]] == []


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_depends_on_a_wrong_setting_is_not_looked_at_and_the_rest_is(ward: Ward) -> None:
    ails = ward.ails(TWILIO_ACCOUNT_SID="AC1")

    assert [(check, level) for check, level, *_ in ails] == [
        ("settings", "error"),
        ("provider", "warning"),
        ("numbers", "warning"),
    ]
    assert ails[1][2:] == ("It was not looked at, because TWILIO_ACCOUNT_SID cannot be used.", "mend that first")


# What the environment of whoever asks makes of it.
ASKED: Final[dict[str, tuple[Env, str, str, str, str]]] = {
    "a wrong token": (
        {"TWILIO_AUTH_TOKEN": "wrong"},
        "provider",
        "error",
        "Twilio refuses: HTTP 401",
        "set TWILIO_ACCOUNT_SID and",
    ),
    "another token": (
        {"TWILIO_AUTH_TOKEN": "wrong"},
        "signature",
        "error",
        "A rightly signed request is refused",
        "the same TWILIO_",
    ),
    "no token": ({"TWILIO_AUTH_TOKEN": ""}, "signature", "warning", "every request of Twilio is refused", "set TWILIO_AUTH_TOKEN"),
    "no account": ({"TWILIO_ACCOUNT_SID": ""}, "provider", "warning", "no account at Twilio", "set TWILIO_ACCOUNT_SID and"),
    "provider out of reach": (
        {"TWILIO_API_BASE_URL": f"http://127.0.0.1:{free_port()}"},
        "provider",
        "error",
        "Twilio is out of reach (NewConnectionError).",
        "try again later",
    ),
    "nobody at home": (
        {"PUBLIC_BASE_URL": f"http://127.0.0.1:{free_port()}"},
        "door",
        "error",
        "Nobody answers at PUBLIC_BASE_URL",
        "start `doegnvagt serve`",
    ),
    "tokens that are none": (
        {"TWILIO_AUTH_TOKEN": "a,,b"},
        "signature",
        "warning",
        "because TWILIO_AUTH_TOKEN cannot be used",
        "mend",
    ),
    "another database": (
        {"DATABASE_URL": "mysql://db"},
        "database",
        "warning",
        "because DATABASE_URL cannot be used",
        "mend that first",
    ),
    "no mail server": (
        {"SMTP_URL": f"smtp://127.0.0.1:{free_port()}"},
        "mail",
        "error",
        "No letter can be sent: the mail server is out of reach",
        "wait for the mail server or start it, or set SMTP_URL",
    ),
}


@pytest.mark.parametrize(("env", "check", "level", "found", "cure"), ASKED.values(), ids=ASKED)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_the_settings_lead_to_is_found(ward: Ward, env: Env, check: str, level: str, found: str, cure: str) -> None:
    [first] = [one for one in ward.ails(**env) if one[0] == check]

    assert first[:2] == (check, level)
    assert found in first[2]
    assert cure in first[3]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_mail_server_that_does_not_know_us_is_told_and_gets_no_letter(ward: Ward) -> None:
    wrong = ward.terminal.env["SMTP_URL"].replace("hemmelig", "forkert")

    [(check, level, found, cure)] = ward.ails(SMTP_URL=wrong)

    assert (check, level) == ("mail", "error")
    assert "the mail server refuses: 535" in found
    assert cure.startswith("set SMTP_URL")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_certificate_that_nobody_vouches_for_is_told(ward: Ward, tmp_path: Path) -> None:
    server, _client = certificate(tmp_path)

    with served(ward.front, tls=server) as address:
        [first] = [one for one in ward.ails(PUBLIC_BASE_URL=address, DEMO="", DEMO_CLOCK="") if one[0] == "door"]

    assert first[:3] == ("door", "error", "Nobody vouches for the certificate at PUBLIC_BASE_URL.")
    assert "with the whole chain" in first[3]
