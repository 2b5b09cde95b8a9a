"""What the demo says in the terminal in which it was started: its address, who can call, who answers, and how it ends."""

from __future__ import annotations

from collections.abc import Sequence

from app.demo import LOGS
from app.seed import LINE, PASSWORD, USERS, LogIn
from app.telephone.conversation import pin_as_printed, plain
from app.telephone.words import Words


def welcome(words: Words, address: str, log_ins: Sequence[LogIn], supporters: Sequence[tuple[str, str]]) -> str:
    """Everything that somebody needs to phone the line."""
    pin = words("PIN")
    callers = (f"    {one.name:<12} {one.company:<19} {one.phone}   {pin} {pin_as_printed(one.pin)}" for one in log_ins)
    answering = (f"    {name:<32} {phone}" for name, phone in supporters)
    return "\n".join(
        [
            "",
            words("Døgnvagt runs on {address}", address=address),
            "",
            f"  {words('Callers, and the PINs to phone {line} with:', line=plain(LINE))}",
            *callers,
            "",
            f"  {words('Supporters on duty:')}",
            *answering,
            "",
            f"  {words('Log-ins for the console; the password of each is {password}:', password=PASSWORD)}",
            *(f"    {one[0]:<28}{other[0]}" for one, other in zip(USERS[::2], USERS[1::2], strict=True)),
            "",
            f"  {words('Phone the line in a browser: {address}', address=f'{address}/phone')}",
            f"  {words('Or from a second terminal, in this folder:')}",
            "    .venv/bin/doegnvagt phone",
            "",
            f"  {words('Ctrl-C stops everything; the data stays in var/.')}",
            f"  {words('The logs are {web} and {clock}.', **{name: str(file) for name, file in LOGS.items()})}",
            "",
        ]
    )


def starting(words: Words) -> str:
    """Said at once: the rest takes some seconds."""
    return words("Starting…")


def stopping(words: Words) -> str:
    """Said as soon as somebody asks the demo to stop."""
    return words("Stopping…")


def stopped(words: Words) -> str:
    """Said when everything has stopped."""
    return words("Stopped. The data stays in var/.")
