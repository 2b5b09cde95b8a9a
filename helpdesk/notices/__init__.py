"""What is written to those on duty, to whoever is alarmed and to callers, in their language; and what cases are called."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

from helpdesk.phrases import Phrases
from models.values import Language

NOTICES: Final = Phrases(Path(__file__).parent)
MOMENTS: Final = frozenset({"due", "at", "day", "starts", "ends"})


def written(notice: str, language: Language, values: dict[str, Any]) -> str:
    """The notice in words. Moments and days come as ISO 8601, as an errand's payload keeps them."""
    read = {name: datetime.fromisoformat(value) if name in MOMENTS else value for name, value in values.items()}
    return NOTICES.say(notice, language, read)
