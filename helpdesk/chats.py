"""Messages to a chat, each in the JSON that its own incoming webhook takes. Pure.

Slack: `text`, in which &, < and > would be commands (https://docs.slack.dev/messaging/formatting-message-text).
Teams: a workflow takes a message with an Adaptive Card and nothing else, message cards no more
(https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using). Its text runs are shown as
they stand: what a customer is called makes no link.
"""

from __future__ import annotations

from html import escape
from typing import Any, Final

from models.webhooks import WebhookFormat

ADAPTIVE: Final = "application/vnd.microsoft.card.adaptive"
SCHEMA: Final = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION: Final = "1.4"


def message(form: WebhookFormat, subject: str, words: str) -> dict[str, Any]:
    """The message, its subject in bold. `form` is one of a chat."""
    return _slack(subject, words) if form is WebhookFormat.SLACK else _teams(subject, words)


def _slack(subject: str, words: str) -> dict[str, Any]:
    return {"text": escape(f"*{subject}*\n{words}", quote=False)}


def _teams(subject: str, words: str) -> dict[str, Any]:
    body = [_text(subject, weight="Bolder", size="Medium"), _text(words)]
    card = {"$schema": SCHEMA, "type": "AdaptiveCard", "version": VERSION, "body": body}
    return {"type": "message", "attachments": [{"contentType": ADAPTIVE, "contentUrl": None, "content": card}]}


def _text(words: str, **look: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": words, **look}]}
