"""The page's words by name, for its template and for its script; the sentences stand in the catalogue of `web`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from web.phone.people import Telephone
from web.words import N_, Words

AWAY: Final = N_("The telephone exchange does not answer. Start the demo anew with `make run`, and reload this page.")

PAGE: Final[Mapping[str, str]] = {
    "title": N_("Telephones"),
    "lead": N_("Phone the line as a customer, and answer it as a supporter. Nothing here reaches a real telephone."),
    "replay_title": N_("A call, played again"),
    "replay_lead": N_("What happened then is shown once more. Nothing is phoned, nothing is charged."),
    "needs_script": N_("The telephones need JavaScript. Without it, phone from a terminal: doegnvagt phone"),
    "clock": N_("The demo's clock"),
    "then": N_("The time then"),
    "speed": N_("Speed while two talk"),
    "network": N_("The next webhook"),
    "double": N_("twice"),
    "late": N_("late"),
    "lost": N_("lost"),
    "sound": N_("Sound"),
    "add": N_("Add a telephone"),
    "shown": N_("Telephones"),
    "recent": N_("Call"),
    "no_call": N_("No call yet"),
    "no_call_told": N_("When somebody phones, each webhook, each answer and each point stands here, as it happens."),
    "first_steps": N_(
        "Press Enter at the first telephone, key the PIN and #, then 1. Go to the other with →, lift it with Enter, and press 1."
    ),
    "keys_help": N_(
        "Keys: 0–9 * # at the telephone with the focus · Enter dials or lifts · Esc hangs up or declines · P keys the PIN"
        " · ← → the other telephone"
    ),
    "play_again": N_("Play again"),
    "copy_link": N_("Copy the link"),
    "copied": N_("Copied."),
    "to_telephones": N_("To the telephones"),
    "player": N_("Player"),
    "play": N_("Play"),
    "pause": N_("Pause"),
    "step_back": N_("Back"),
    "step": N_("Forward"),
    "from_start": N_("From the start"),
    "place": N_("Place in the call"),
    "play_speed": N_("Speed"),
    "forgotten": N_("This call was not kept: the demo keeps the last 200. How it went stands beside."),
}
HANDSET: Final[Mapping[str, str]] = {
    "telephone": N_("{name}'s telephone"),
    "whose": N_("Whose telephone"),
    "callers": N_("Customers"),
    "supporters": N_("Supporters"),
    "off_duty": N_("{name} (off duty)"),
    "other": N_("A number of your own"),
    "own_number": N_("Number"),
    "bad_number": N_("That is no telephone number. Write eight digits, or + and the country first."),
    "pin": N_("PIN"),
    "key_pin": N_("Key it"),
    "to_dial": N_("To dial"),
    "pad": N_("Keys"),
    "dial": N_("Dial"),
    "lift": N_("Lift"),
    "hang_up": N_("Hang up"),
    "decline": N_("Decline"),
    "more": N_("More"),
    "when_it_rings": N_("When it rings"),
    "hand": N_("I answer"),
    "no_answer": N_("Nobody answers"),
    "busy": N_("Busy"),
    "voicemail": N_("Voicemail answers"),
    "declines": N_("Declines by itself"),
    "withheld": N_("Number withheld"),
    "drop": N_("Lose the connection"),
    "speak": N_("Speak for 5 seconds"),
    "remove": N_("Remove"),
    "talk": N_("What is said at {name}'s telephone"),
    "keyed": N_("keyed {keys}"),
    "calls_you": N_("{who} calls"),
    "with": N_("with {who}"),
    "nobody": N_("withheld number"),
}
STATES: Final[Mapping[str, str]] = {
    "idle": N_("free"),
    "ringing": N_("rings"),
    "waiting": N_("is being connected"),
    "speaking": N_("hears the line"),
    "asking": N_("is asked: keys count"),
    "listening": N_("the line waits for keys"),
    "music": N_("hears music while waiting"),
    "pause": N_("hears silence"),
    "recording": N_("is being recorded"),
    "dialling": N_("hears it ring"),
    "bridged": N_("in a talk"),
}
BRIDGE: Final[Mapping[str, str]] = {
    "hear_each_other": N_("{one} and {other} hear each other"),
    "hears_ring": N_("{one} hears {other}'s telephone ring"),
    "hears_line": N_("{one} hears the line"),
    "hears_music": N_("{one} is on hold and hears music"),
    "quiet": N_("Nobody is in a call"),
}
TOLD: Final[Mapping[str, str]] = {
    "dialled": N_("Dials {who}."),
    "rings": N_("Rings: {who}."),
    "picked_up": N_("Picked up."),
    "music_plays": N_("Music."),
    "recording_begins": N_("Beep: what is said now is recorded."),
    "recorded": N_("Recorded: {text}"),
    "text": N_("SMS: {text}"),
    "problem": N_("The line's answer is wrong: {text}"),
    "bridged_with": N_("Connected with {who}."),
    "parted": N_("The other one has hung up."),
    "tone": N_("The other one keys {keys}"),
    "keys": N_("keys {keys}"),
    "unreached": N_("A call did not get through: busy or out of reach."),
    "declined": N_("Declined."),
    "you_hung_up": N_("You hung up."),
    "by_time_limit": N_("The call reached its time limit."),
    "by_timeout": N_("Nobody picked up."),
    "by_document": N_("The line ended the call."),
    "by_api": N_("The line cut the call off."),
    "by_other_leg": N_("The other one has hung up."),
    "by_error": N_("The call broke off."),
    "network_double": N_("The webhook arrived twice."),
    "network_late": N_("The webhook is on its way for four seconds."),
    "network_lost": N_("The webhook was lost; it is sent again."),
    "not_possible": N_("The telephone cannot do that now."),
    "away": AWAY,
}


def called(one: Telephone, words: Words) -> str:
    """A telephone: by whose it is, and by its place where it is not their first."""
    return words("{name}, telephone 2", name=one.name) if one.is_second else one.name


def told(words: Words) -> dict[str, str]:
    """Every text in one language; places such as `{who}` are still open. No name stands in two of the tables."""
    return {name: words(text) for table in (PAGE, HANDSET, TOLD) for name, text in table.items()} | {
        f"{prefix}_{name}": words(text) for prefix, table in (("state", STATES), ("bridge", BRIDGE)) for name, text in table.items()
    }
