"""The environment: what it means, and one clear line for all that is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.settings import Transcription, WrongSettings, from_env

NO_KEY_FILE = Path("there/is/none")
SID = "AC" + "0a" * 16
SECRETS = {
    "DATABASE_URL": "postgresql://app:hunter2@db.example/doegnvagt",
    "MIGRATION_DATABASE_URL": "postgresql://owner:hunter3@db.example/doegnvagt",
    "SECRET_KEY": "key-one,key-two",
    "TWILIO_AUTH_TOKEN": "token-one,token-two",
    "SMTP_URL": "smtp://mailer:hunter4@mail.example:587",
}
OIDC = {"OIDC_ISSUER": "https://login.example/", "OIDC_CLIENT_ID": "doegnvagt", "OIDC_CLIENT_SECRET": "hunter5"}
WRONG = [
    ("DATABASE_URL", "doegnvagt"),
    ("DATABASE_URL", "mysql://app:hunter2@db.example/doegnvagt"),
    ("DATABASE_URL", "postgresql+asyncpg://app:hunter2@db.example/doegnvagt"),
    ("DATABASE_URL", "postgresql://app:hunter2/doegnvagt"),
    ("DATABASE_URL", "postgresql://db.example:port/doegnvagt"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "sqlite:///:memory:"),
    ("MIGRATION_DATABASE_URL", "oracle://owner:hunter2@db.example/doegnvagt"),
    ("SECRET_KEY", "hunter2,,another"),
    ("SECRET_KEY", "hunter2,"),
    ("TWILIO_AUTH_TOKEN", ",hunter2"),
    ("PUBLIC_BASE_URL", "doegnvagt.example"),
    ("PUBLIC_BASE_URL", "ftp://doegnvagt.example"),
    ("PUBLIC_BASE_URL", "https://"),
    ("PUBLIC_BASE_URL", "https://doegnvagt.example/"),
    ("PUBLIC_BASE_URL", "https://doegnvagt.example?"),
    ("PUBLIC_BASE_URL", "https://doegnvagt.example?a=b"),
    ("PUBLIC_BASE_URL", "https://doegnvagt.example#a"),
    ("PUBLIC_BASE_URL", "https://app:hunter2@doegnvagt.example"),
    ("PUBLIC_BASE_URL", "https://app:hunter2"),
    ("PUBLIC_BASE_URL", "https://doegn_vagt.example"),
    ("PUBLIC_BASE_URL", "https://doegn vagt.example"),
    ("PUBLIC_BASE_URL", "http://127.0.0.1:80000"),
    ("PUBLIC_BASE_URL", "http://[::1"),
    ("TWILIO_API_BASE_URL", "http://127.0.0.1:8001/2010-04-01"),
    ("TWILIO_API_BASE_URL", "127.0.0.1:8001"),
    ("TWILIO_ACCOUNT_SID", "AC123"),
    ("TWILIO_ACCOUNT_SID", "SK" + "0a" * 16),
    ("EMERGENCY_NUMBER", "20304050"),
    ("EMERGENCY_NUMBER", "112"),
    ("EMERGENCY_NUMBER", "client:anna63186363"),
    ("SMTP_URL", "http://mail.example"),
    ("SMTP_URL", "smtp://"),
    ("SMTP_URL", "smtp://mailer:hunter2"),
    ("SMTP_URL", "smtp://mailer:hunter2@mail.example:many"),
    ("SMTP_URL", "smtp://mailer:hunter2@mail.example℀"),
    ("MAIL_FROM", "doegnvagt"),
    ("MAIL_FROM", "a b@mail.example"),
    ("SMS_FROM", "Doegnvagt"),
    ("ALARM_ADDRESS", "20304050"),
    ("ALARM_ADDRESS", "anna@"),
    ("DEMO", "yes"),
    *[
        ("HOST", text)
        for text in ("127.0.0.1:8000", "127.0.0.256", "a b", "doegn_vagt", "-a.example", "a..b", "[::1", "::1::", "x" * 64)
    ],
    ("TRANSCRIBE_URL", "whisper.example"),
    ("TRANSCRIBE_URL", "http://whisper.example/v1"),
    ("TRANSCRIBE_URL", "https://user:hunter2@whisper.example/v1"),
    ("OIDC_ISSUER", "login.example"),
    ("OIDC_ISSUER", "http://login.example"),
    ("OIDC_ISSUER", "https://login.example/?tenant=hunter2"),
    ("OIDC_ISSUER", "https://app:hunter2@login.example"),
    ("OIDC_CLIENT_ID", "doegnvagt:hunter2"),
    ("OIDC_CLIENT_SECRET", "hunter2 æ"),
    ("OIDC_NAME", "x" * 41),
    ("OIDC_AMR", "mfa,,otp"),
    *[("PORT", text) for text in ("http", "0", "-1", "65536", "8000.0", "1e3", "٣", "127.0.0.1:8000")],
]


def complaint(env: dict[str, str], *, needs_secret: bool = False) -> str:
    """What is said about an environment that cannot be used."""
    with pytest.raises(WrongSettings) as refused:
        from_env(env, key_file=NO_KEY_FILE, needs_secret=needs_secret)
    return str(refused.value)


def named(said: str) -> list[str]:
    """The variables that a complaint is about."""
    return re.findall(r"(?:^|; )([A-Z_]+): ", said)


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_variable_is_named_in_one_line_that_repeats_no_secret(name: str, value: str) -> None:
    said = complaint({"MAIL_FROM": "vagt@mail.example", **OIDC, name: value})

    assert named(said) == [name]
    assert len(said.splitlines()) == 1
    assert "hunter2" not in said


def test_all_that_is_wrong_is_named_in_one_line() -> None:
    everything = dict(reversed(WRONG))

    said = complaint(everything)

    assert sorted(named(said)) == sorted(everything)
    assert len(said.splitlines()) == 1


def test_without_any_variable_the_settings_are_those_that_were_promised() -> None:
    settings = from_env({}, key_file=NO_KEY_FILE)

    assert settings.database_url == "sqlite:///var/doegnvagt.db"
    assert settings.migration_database_url == settings.database_url
    assert settings.public_base_url == "http://127.0.0.1:8000"
    assert (settings.secret_keys, settings.twilio_auth_tokens) == ((), ())
    assert {settings.twilio_account_sid, settings.twilio_api_base_url, settings.emergency_number, settings.smtp_url} == {None}
    assert {settings.mail_from, settings.sms_from, settings.alarm_address, settings.shop_address, settings.demo_clock} == {None}
    assert settings.demo is False
    assert settings.listening == "127.0.0.1:8000"


def test_a_variable_that_is_empty_counts_as_not_set() -> None:
    names = {name for name, _ in WRONG} | {"SHOP_ADDRESS", "DEMO_CLOCK"}

    assert from_env(dict.fromkeys(names, " "), key_file=NO_KEY_FILE) == from_env({}, key_file=NO_KEY_FILE)


def test_everything_that_can_be_set_is_read() -> None:
    env = SECRETS | {
        "PUBLIC_BASE_URL": "http://127.0.0.1:8010",
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_API_BASE_URL": "http://127.0.0.1:8011",
        "EMERGENCY_NUMBER": "+45 2030 4050",
        "MAIL_FROM": "vagt@mail.example",
        "SMS_FROM": "+4563186363",
        "ALARM_ADDRESS": "alarm@mail.example",
        "SHOP_ADDRESS": "https://shop.example/points",
        "DEMO": "1",
        "DEMO_CLOCK": "var/demo.clock",
        "TRANSCRIBE_URL": "http://127.0.0.1:8012/inference",
        "TRANSCRIBE_TOKEN": "hunter6",
        "TRANSCRIBE_MODEL": "danish-large",
        "HOST": "doegnvagt.example",
        "PORT": "5000",
    }

    settings = from_env(env, key_file=NO_KEY_FILE)

    assert settings.migration_database_url == "postgresql+psycopg://owner:hunter3@db.example/doegnvagt"
    assert settings.secret_keys == ("key-one", "key-two")
    assert settings.twilio_auth_tokens == ("token-one", "token-two")
    assert (settings.public_base_url, settings.twilio_api_base_url) == ("http://127.0.0.1:8010", "http://127.0.0.1:8011")
    assert (settings.twilio_account_sid, settings.smtp_url) == (SID, SECRETS["SMTP_URL"])
    assert (settings.emergency_number, settings.sms_from) == ("+4520304050", "+4563186363")
    assert (settings.mail_from, settings.alarm_address) == ("vagt@mail.example", "alarm@mail.example")
    assert settings.shop_address == "https://shop.example/points"
    assert (settings.demo, settings.demo_clock) == (True, Path("var/demo.clock"))
    assert settings.transcription == Transcription(url="http://127.0.0.1:8012/inference", token="hunter6", model="danish-large")
    assert settings.listening == "doegnvagt.example:5000"


def test_an_alarm_may_go_to_a_telephone() -> None:
    assert from_env({"ALARM_ADDRESS": "+45 20304050"}, key_file=NO_KEY_FILE).alarm_address == "+4520304050"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://app:p%40ss@db.example:5433/dv", "postgresql+psycopg://app:p%40ss@db.example:5433/dv"),
        ("postgresql://app@db.example/dv?sslmode=require", "postgresql+psycopg://app@db.example/dv?sslmode=require"),
        ("postgresql+psycopg://app@/dv?host=/run/pg", "postgresql+psycopg://app@/dv?host=%2Frun%2Fpg"),
        ("sqlite:////srv/dv.db", "sqlite:////srv/dv.db"),
        ("sqlite+pysqlite:///var/dv.db", "sqlite:///var/dv.db"),
    ],
)
def test_a_database_may_be_named_as_its_host_names_it(given: str, used: str) -> None:
    settings = from_env({"DATABASE_URL": given}, key_file=NO_KEY_FILE)

    assert (settings.database_url, settings.migration_database_url) == (used, used)


def test_secrets_are_in_no_representation() -> None:
    shown = repr(from_env(SECRETS | {"MAIL_FROM": "vagt@mail.example"}, key_file=NO_KEY_FILE))

    assert [secret for secret in ("hunter", "key-one", "key-two", "token-one", "token-two") if secret in shown] == []
    assert "vagt@mail.example" in shown


@pytest.mark.parametrize("address", ["https://doegnvagt.example", "HTTPS://doegnvagt.example"])
def test_the_demo_is_refused_where_the_public_address_is_https(address: str) -> None:
    assert complaint({"DEMO": "1", "PUBLIC_BASE_URL": address}) == "DEMO: refused with an https PUBLIC_BASE_URL"


def test_an_address_is_https_however_that_is_written() -> None:
    """What is sent over https alone (the cookie of a sign-in) goes by it."""
    read = from_env({"PUBLIC_BASE_URL": "HTTPS://Doegnvagt.example/vagt"})

    assert read.public_base_url == "https://Doegnvagt.example/vagt"


def test_the_demos_clock_is_refused_without_the_demo() -> None:
    assert complaint({"DEMO": "0", "DEMO_CLOCK": "var/demo.clock"}) == "DEMO_CLOCK: only goes with DEMO=1"


def test_mail_needs_a_sender() -> None:
    assert complaint({"SMTP_URL": "smtp://mail.example"}) == "MAIL_FROM: is needed with SMTP_URL"


@pytest.mark.parametrize("missing", OIDC)
def test_an_issuer_needs_all_of_it_or_nothing(missing: str) -> None:
    assert named(complaint({**OIDC, missing: ""})) == [missing]
    assert named(complaint({"OIDC_NAME": "Firmaet"})) == list(OIDC)


def test_an_issuer_is_called_by_its_host_unless_it_has_a_name() -> None:
    ours = from_env(OIDC, key_file=NO_KEY_FILE)
    named_so = from_env({**OIDC, "OIDC_NAME": "Firmaet", "OIDC_AMR": "mfa, hwk"}, key_file=NO_KEY_FILE)

    assert ours.oidc is not None
    assert named_so.oidc is not None
    assert (ours.oidc.issuer, ours.oidc.name, ours.oidc.second_factors) == ("https://login.example/", "login.example", frozenset())
    assert (named_so.oidc.name, named_so.oidc.second_factors) == ("Firmaet", frozenset({"mfa", "hwk"}))
    assert "hunter5" not in repr(ours)


def test_a_variable_that_is_wrong_hides_none_that_depends_on_it() -> None:
    assert named(complaint({"SMTP_URL": "mail.example"})) == ["SMTP_URL", "MAIL_FROM"]
    assert named(complaint({"SMTP_URL": "smtp://mail.example", "MAIL_FROM": "anna"})) == ["MAIL_FROM"]
    assert named(complaint({"DEMO": "1", "PUBLIC_BASE_URL": "https://doegnvagt.example/"})) == ["PUBLIC_BASE_URL", "DEMO"]


def test_a_missing_secret_key_is_named_beside_all_else_where_it_is_needed() -> None:
    assert named(complaint({"DATABASE_URL": "doegnvagt"}, needs_secret=True)) == ["DATABASE_URL", "SECRET_KEY"]
    assert named(complaint({"DATABASE_URL": "doegnvagt"})) == ["DATABASE_URL"]
    assert named(complaint({"SECRET_KEY": "one,,two"}, needs_secret=True)) == ["SECRET_KEY"]


@pytest.mark.parametrize(
    ("host", "listening"),
    [
        ("127.0.0.2", "127.0.0.2:8000"),
        ("localhost", "localhost:8000"),
        ("web-1.doegnvagt.example", "web-1.doegnvagt.example:8000"),
        ("::1", "[::1]:8000"),
        ("[::]", "[::]:8000"),
    ],
)
def test_the_web_process_may_listen_at_a_name_or_an_address(host: str, listening: str) -> None:
    assert from_env({"HOST": host}, key_file=NO_KEY_FILE).listening == listening


def test_every_variable_that_is_read_stands_in_the_example() -> None:
    class Asked(dict[str, str]):
        def get(self, name: str, default: str = "") -> str:  # type: ignore[override]  # one of its three shapes is asked for
            self[name] = default
            return default

    asked = Asked()
    from_env(asked, key_file=NO_KEY_FILE)

    lines = Path(__file__).parents[2].joinpath(".env.example").read_text("utf-8").splitlines()
    assert sorted(line.partition("=")[0] for line in lines if "=" in line and not line.startswith("#")) == sorted(asked)


def test_the_example_as_it_stands_can_be_used() -> None:
    lines = Path(__file__).parents[2].joinpath(".env.example").read_text("utf-8").splitlines()
    example = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))

    assert from_env(example, key_file=NO_KEY_FILE) == from_env({}, key_file=NO_KEY_FILE)
