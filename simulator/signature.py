"""X-Twilio-Signature, written from Twilio's description and not from its library (twilio-contract §2)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def signature(token: str, url: str, params: Mapping[str, str], *, keep_port: bool = False) -> str:
    """What signs a POST of `params` to `url`; for a GET give no params, they stand in the URL already."""
    text = signed_url(url, keep_port=keep_port) + "".join(name + params[name] for name in sorted(params))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def signed_url(url: str, *, keep_port: bool = False) -> str:
    """`url` as it enters the signature: no fragment, no user, and over https no port; all else byte for byte.

    Texts keep the port, over https too.
    """
    scheme, _, rest = url.partition("#")[0].partition("://")
    netloc = re.split("[/?]", rest, maxsplit=1)[0]
    host = netloc.rpartition("@")[2]
    if scheme == "https" and not keep_port:
        host = re.sub(r":\d+$", "", host)
    return f"{scheme}://{host}{rest[len(netloc) :]}"
