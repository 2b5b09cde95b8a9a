"""The lines as one contact (vCard), so that a telephone lets them through its do-not-disturb and says who rings.

Version 3.0 (RFC 2426): every telephone reads it, and some read 4.0 in part. One contact with all numbers, because that is what a
supporter ticks as a favourite, once. The code holds a card too, so that it is scanned without a log-in and without a network.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import NAMESPACE_URL, uuid5

import segno

from models import Line
from web.words import N_, Words

TYPE: Final = "text/vcard; charset=utf-8"
NAME: Final = "doegnvagt.vcf"
LONGEST: Final = 75
ORGANISATION: Final = "Døgnvagt"
NOTE: Final = N_("Calls from the line come from these numbers: let them ring through do-not-disturb.")


def rendered(lines: Sequence[Line], words: Words) -> bytes:
    """The card, in lines of at most 75 octets."""
    return "".join(f"{_folded(line)}\r\n" for line in _lines(lines, words)).encode()


def code(lines: Sequence[Line]) -> str:
    """What of the card a camera needs, names and numbers, as the address of a picture: a code of few dots is read at once."""
    card = "\r\n".join([*_head(lines), *(f"TEL:{line.number}" for line in lines), "END:VCARD"])
    return segno.make(card, error="l", micro=False).svg_data_uri(scale=4, border=4, light="#fff")


def _lines(lines: Sequence[Line], words: Words) -> Iterator[str]:
    yield from (*_head(lines), f"ORG:{ORGANISATION}")
    for place, line in enumerate(lines, start=1):
        yield f"item{place}.TEL;TYPE=WORK,VOICE:{line.number}"
        yield f"item{place}.X-ABLabel:{_escaped(line.name)}"
    yield f"NOTE:{_escaped(words(NOTE))}"
    yield f"UID:urn:uuid:{uuid5(NAMESPACE_URL, ' '.join(line.number for line in lines))}"
    yield "END:VCARD"


def _head(lines: Sequence[Line]) -> tuple[str, ...]:
    title = _escaped(lines[0].name if len(lines) == 1 else ORGANISATION)
    return ("BEGIN:VCARD", "VERSION:3.0", f"N:{title};;;;", f"FN:{title}")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """A line that is too long goes on in the next, behind a blank; no letter is torn."""
    parts, size = [""], 0
    for letter in line:
        width = len(letter.encode())
        if size + width > LONGEST:
            parts.append(" ")
            size = 1
        parts[-1] += letter
        size += width
    return "\r\n".join(parts)
