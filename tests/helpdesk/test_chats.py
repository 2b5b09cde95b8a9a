"""What a chat is sent."""

from __future__ import annotations

from helpdesk import chats
from models.webhooks import WebhookFormat


def test_slack_takes_no_command_out_of_a_name() -> None:
    said = chats.message(WebhookFormat.SLACK, "Hul & <!channel>", "Ingen på vagt.")

    assert said == {"text": "*Hul &amp; &lt;!channel&gt;*\nIngen på vagt."}


def test_teams_takes_an_adaptive_card_whose_text_stands_as_it_is() -> None:
    said = chats.message(WebhookFormat.TEAMS, "Hul", "[her](https://else.example)")

    [attached] = said["attachments"]
    runs = [run for block in attached["content"]["body"] for run in block["inlines"]]
    assert (said["type"], attached["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    assert (attached["content"]["type"], [run["text"] for run in runs]) == ("AdaptiveCard", ["Hul", "[her](https://else.example)"])
