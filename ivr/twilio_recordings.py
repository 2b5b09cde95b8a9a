"""What callers said, at Twilio: fetched as a WAV file, and deleted (twilio-contract.md §6)."""

from __future__ import annotations

import re
from typing import Final

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from helpdesk.ports import PortFailed
from ivr.twilio_client import asked

MOST: Final = 20 * 2**20
"""More bytes than that no message has: a second takes 16,000."""
PIECE: Final = 64 * 2**10
SUCCESS: Final = 200
NOT_FOUND: Final = 404
ADDRESS: Final = re.compile(r"(https?://[\w.:-]+)/2010-04-01/Accounts/AC\w+/Recordings/(RE\w+)", re.ASCII)
"""The whole of it, and nothing besides: of a name, a backslash or a query each reader makes something else."""
THEIRS: Final = re.compile(r"https://[\w.-]+\.twilio\.com", re.ASCII)


class TwilioRecordings:
    """Fulfils helpdesk.ports.Recordings. `client` is that of the account whose recordings they are; `timeout` is in seconds."""

    def __init__(self, client: Client, *, account: str, token: str, timeout: float) -> None:
        self.client, self._credentials, self.timeout = client, (account, token), timeout

    def heard(self, url: str) -> bytes:
        """The sound. Raises PortFailed; just after it was recorded Twilio may not have it yet."""
        self._sid(url)
        try:
            with requests.get(f"{url}.wav", auth=self._credentials, timeout=self.timeout, stream=True) as answer:
                if answer.status_code != SUCCESS:
                    raise PortFailed(f"Twilio has no sound: HTTP {answer.status_code}", permanent=False)
                return _read(answer)
        except requests.RequestException as problem:
            raise PortFailed(f"Twilio did not send the sound ({type(problem).__name__})", permanent=False) from problem

    def forget(self, url: str) -> None:
        """Deletes it; one that is not there is deleted. Raises PortFailed."""
        sid = self._sid(url)
        asked(lambda: self._deleted(sid))

    def _deleted(self, sid: str) -> None:
        try:
            self.client.recordings(sid).delete()
        except TwilioRestException as refused:
            if refused.status != NOT_FOUND:
                raise

    def _sid(self, url: str) -> str:
        """The recording's SID. Raises PortFailed for an address that is not Twilio's: nobody else is shown our token."""
        found = ADDRESS.fullmatch(url)
        if found is None or not (found[1] == self.client.api.base_url or THEIRS.fullmatch(found[1])):
            raise PortFailed("the recording's address is not Twilio's", permanent=True)
        return found[2]


def _read(answer: requests.Response) -> bytes:
    pieces, size = [], 0
    for piece in answer.iter_content(PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > MOST:
            raise PortFailed(f"the sound is longer than {MOST} bytes", permanent=True)
    return b"".join(pieces)
