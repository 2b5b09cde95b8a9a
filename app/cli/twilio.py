"""`doegnvagt twilio`: what stands on a number at Twilio, read, and set as it should be (interface.md, "Webhooks")."""

from __future__ import annotations

from dataclasses import asdict

import click

from app.cli.arguments import PHONE
from app.cli.commands import Group
from app.cli.desk import Desk
from app.cli.output import table
from helpdesk.customers import Unknown
from ivr.twilio_numbers import WORDS, Setting, TwilioNumber, TwilioNumbers


@click.group(cls=Group)
def twilio() -> None:
    """Our numbers at Twilio."""


@twilio.command("show")
@click.argument("number", type=PHONE)
@click.pass_obj
def show(desk: Desk, number: str) -> None:
    """Show what stands on a number, and what should."""
    found, wanted = _find(desk, number), Setting.wanted(desk.settings.public_base_url)
    wrong = found.setting.differs(wanted)
    document = {"number": number, **_told(found), "wrong": wrong, "ok": not wrong and not found.overridden_by}
    good = [] if wrong else ["It is as it should be."]
    desk.tell(document, *_lines(number, found.setting, wanted, "Is", "Should be"), *_overridden(found), *good)


@twilio.command("configure")
@click.argument("number", type=PHONE)
@click.option("--dry-run", is_flag=True, help="Only say what would be changed.")
@click.option("--take-over", is_flag=True, help="Also take away the VoiceApplicationSid or TrunkSid that overrides the addresses.")
@click.pass_obj
def configure(desk: Desk, number: str, dry_run: bool, take_over: bool) -> None:
    """Set a number's addresses to this house, and read them back; exit status 1 where they do not count or did not stay."""
    before, wanted = _find(desk, number), Setting.wanted(desk.settings.public_base_url)
    after = before if dry_run else _numbers(desk).set(before, wanted, take_over=take_over)
    wrong = [] if dry_run else after.setting.differs(wanted)
    overridden = [] if dry_run and take_over else after.overridden_by
    document = {
        "number": number,
        "dry_run": dry_run,
        "before": _told(before),
        "after": _told(after),
        "changes": before.setting.differs(wanted),
        "wrong": wrong,
        "ok": not wrong and not overridden,
    }
    headings = ("Is", "Would be") if dry_run else ("Before", "After")
    lines = _lines(number, before.setting, wanted if dry_run else after.setting, *headings)
    refused = [f"Twilio did not keep it: {', '.join(WORDS[name] for name in wrong)}."] if wrong else []
    desk.tell(document, *lines, *refused, *(_overridden(after) if overridden else []))
    if not document["ok"]:
        raise click.exceptions.Exit(1)


def _find(desk: Desk, number: str) -> TwilioNumber:
    found = _numbers(desk).find(number)
    if found is None:
        raise Unknown(f"the account has no number {number} at Twilio")
    return found


def _numbers(desk: Desk) -> TwilioNumbers:
    found = desk.settings
    if not found.twilio_account_sid or not found.twilio_auth_tokens:
        raise Unknown("there is no account at Twilio to ask: TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are not both set")
    return TwilioNumbers(
        account=found.twilio_account_sid, token=found.twilio_auth_tokens[0], api_base_url=found.twilio_api_base_url
    )


def _told(number: TwilioNumber) -> dict[str, object]:
    return {
        "sid": number.sid,
        **asdict(number.setting),
        "application_sid": number.application,
        "trunk_sid": number.trunk,
    }


def _lines(number: str, left: Setting, right: Setting, *headings: str) -> list[str]:
    there = asdict(right)
    rows = [(WORDS[name], value or "-", "(same)" if there[name] == value else there[name]) for name, value in asdict(left).items()]
    return [f"Number {number}", "", *table(("", *headings), rows), ""]


def _overridden(number: TwilioNumber) -> list[str]:
    """What to do where the addresses do not count."""
    if not number.overridden_by:
        return []
    told = f"These addresses do not count: {' and '.join(number.overridden_by)} overrides them."
    return [f"{told} `doegnvagt twilio configure {number.number} --take-over` takes that away."]
