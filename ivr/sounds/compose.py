"""Makes vent.wav, the music for callers who wait: eight seconds of quiet chords, 8 kHz mono, as telephones carry it.

Run by hand (`python -m ivr.sounds.compose`) when the music is to change; the result is committed.
"""

from __future__ import annotations

import math
import wave
from pathlib import Path
from typing import Final

RATE: Final = 8_000
BEAT: Final = 0.5
CHORDS: Final = ((57, 60, 64, 69), (53, 57, 60, 65), (48, 55, 60, 64), (55, 59, 62, 67))


def main() -> None:
    """Writes vent.wav beside this file."""
    notes = [(beat * BEAT, chord[(0, 2, 3, 1)[beat % 4]]) for beat in range(16) for chord in [CHORDS[beat // 4]]]
    samples = [_sample(notes, index / RATE) for index in range(int(16 * BEAT * RATE))]
    with wave.open(str(Path(__file__).with_name("vent.wav")), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(RATE)
        file.writeframes(bytes(int(128 + 90 * max(-1.0, min(1.0, sample))) for sample in samples))


def _sample(notes: list[tuple[float, int]], at: float) -> float:
    return sum(
        0.35 * math.exp(-1.6 * (at - start)) * math.sin(2 * math.pi * 440 * 2 ** ((pitch - 69) / 12) * (at - start))
        for start, pitch in notes
        if start <= at < start + 3
    )


if __name__ == "__main__":
    main()
