"""Voices and languages that Say and Gather take (npm package twilio 6.2.0, lib/twiml/VoiceResponse.d.ts).

Danish is complete; of the others the British and American voices of Polly are here, and Google's by their pattern.
"""

from __future__ import annotations

import re

LEGACY = frozenset({"man", "woman", "alice"})
POLLY_NAMES = (
    "Naja Mads Sofie-Neural "
    "Amy Amy-Neural Amy-Generative Arthur-Neural Brian Brian-Neural Emma Emma-Neural "
    "Danielle-Neural Danielle-Generative Gregory-Neural Ivy Ivy-Neural Joanna Joanna-Neural Joanna-Generative "
    "Joey Joey-Neural Justin Justin-Neural Kendra Kendra-Neural Kevin Kevin-Neural Kimberly Kimberly-Neural "
    "Matthew Matthew-Neural Matthew-Generative Ruth-Neural Ruth-Generative Salli Salli-Neural "
    "Stephen-Neural Stephen-Generative"
)
POLLY = frozenset(f"Polly.{name}" for name in POLLY_NAMES.split())
GOOGLE_DANISH = frozenset(
    f"Google.da-DK-{kind}-{letter}"
    for kind, letters in (("Standard", "ACDEFG"), ("Wavenet", "ACDEFG"), ("Neural2", "DF"))
    for letter in letters
)
GOOGLE = re.compile(r"Google\.(?P<language>[a-z]{2,3}-[A-Z]{2})-(Standard|Wavenet|Neural2|Chirp3-HD)-[A-Z]\w*")
LANGUAGE = re.compile(r"arb|[a-z]{2,3}-[A-Z]{2}(-WLS)?")


def is_voice(name: str) -> bool:
    """Whether Say takes a voice of that name."""
    if name in LEGACY or name in POLLY or name in GOOGLE_DANISH:
        return True
    google = GOOGLE.fullmatch(name)
    return google is not None and google["language"] != "da-DK"


def is_language(name: str) -> bool:
    """Whether Say takes a language of that name."""
    return LANGUAGE.fullmatch(name) is not None
