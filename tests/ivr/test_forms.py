"""What a webhook's form says, read and checked (twilio-contract.md §1.3, §1.4)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr import forms
from ivr.forms import BadWebhook

SID = "CA" + "ab" * 16
GOOD = {"CallSid": SID, "From": " +4520304050 ", "To": "+4563186363", "CallStatus": "in-progress"}


def test_what_twilio_sends_is_read() -> None:
    """R19: the parameters that we use; empty ones are missing ones."""
    form = {
        **GOOD,
        "ParentCallSid": "",
        "Digits": "12#",
        "DialCallStatus": "completed",
        "DialBridged": "true",
        "RecordingUrl": "https://api.twilio.com/x",
        "RecordingDuration": "7",
        "Timestamp": "Fri, 20 Aug 2010 01:13:42 +0000",
        "FromCity": "",
        "Shiny": "new",
    }

    webhook = forms.read(form)

    assert (webhook.sid, webhook.parent_sid, webhook.caller, webhook.dialled) == (SID, None, "+4520304050", "+4563186363")
    assert (webhook.call_status, webhook.keys, webhook.dial_status) == ("in-progress", "12#", "completed")
    assert (webhook.recording_url, webhook.recording_seconds) == ("https://api.twilio.com/x", 7)
    assert webhook.happened_at == datetime(2010, 8, 20, 1, 13, 42, tzinfo=UTC)


def test_what_is_kept_of_a_report_has_no_keys_and_no_numbers() -> None:
    """R2, R23: neither Digits nor anybody's number."""
    form = {**GOOD, "Digits": "04417392", "Caller": "+4520304050", "DialBridged": "false"}

    report = forms.read(form).report

    assert report == {"CallStatus": "in-progress", "DialBridged": "false"}


@pytest.mark.parametrize(
    ("digits", "keys"),
    [("", ""), ("hangup", ""), ("1", "1"), ("12*#", "12*#"), (" 1 2 ", "12"), ("ABCD1", "1"), ("١٢", ""), ("9" * 500, "9" * 32)],
)
def test_only_keys_that_a_telephone_has_are_keys(digits: str, keys: str) -> None:
    """R3."""
    assert forms.read({**GOOD, "Digits": digits}).keys == keys


@pytest.mark.parametrize(("digits", "only"), [("", True), ("1", True), ("12*#", True), ("A1", False), ("1,", False), (" 1", False)])
def test_it_is_known_whether_anything_came_beside_the_keys(digits: str, *, only: bool) -> None:
    """R13: one key that decides is nothing but that key."""
    assert forms.read({**GOOD, "Digits": digits}).only_keys is only


def test_a_moment_that_no_calendar_holds_is_left_out() -> None:
    """R19: as if it had not come, and not as an error of ours."""
    webhook = forms.read({**GOOD, "Timestamp": "Fri, 31 Dec 9999 23:59:59 -0100"})

    assert (webhook.happened_at, webhook.unread, "Timestamp" in webhook.report) == (None, ("Timestamp",), False)


def test_what_cannot_be_read_is_left_out_and_named() -> None:
    """R21: the rest of the webhook counts."""
    strange = {"CallStatus": "dancing", "DialBridged": "perhaps", "CallDuration": "-1", "RecordingUrl": "ftp://example.com/x"}

    webhook = forms.read({**GOOD, **strange, "Digits": "1"})

    assert (webhook.keys, webhook.call_status, webhook.report, webhook.is_recorded) == ("1", None, {}, False)
    assert set(webhook.unread) == set(strange)


@pytest.mark.parametrize(("said", "recorded"), [("7", True), ("0", False), ("", True), ("-1", True), ("6.5", True)])
def test_a_recording_is_one_unless_its_length_is_told_as_nothing(said: str, *, recorded: bool) -> None:
    """R14: a message of unknown length is kept."""
    form = {**GOOD, "RecordingUrl": "https://api.twilio.com/x", "RecordingDuration": said}

    assert forms.read(form).is_recorded is recorded


def test_a_number_is_read_without_what_no_column_takes() -> None:
    """R21: a NUL in From."""
    assert forms.read({**GOOD, "From": "\x00abc "}).caller == "abc"


def test_every_wrong_parameter_of_whose_it_is_is_named_at_once() -> None:
    """R19: in one message."""
    wrong = {"CallSid": "x", "ParentCallSid": "y"}

    with pytest.raises(BadWebhook) as refused:
        forms.read({**GOOD, **wrong})

    assert all(name in str(refused.value) for name in wrong)


@given(
    st.dictionaries(
        st.sampled_from(["CallStatus", "From", "To", "Digits", "Timestamp", "RecordingUrl", "RecordingDuration", "DialBridged"]),
        st.text(),
    )
)
def test_any_form_is_read_or_refused(form: dict[str, str]) -> None:
    """R19, R21: nothing else is ever raised."""
    try:
        webhook = forms.read({"CallSid": SID} | form)
    except BadWebhook:
        return

    assert webhook.sid == SID
    assert set(webhook.keys) <= set("0123456789*#")
