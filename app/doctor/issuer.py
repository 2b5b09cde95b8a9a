"""The issuer that vouches for users (`OIDC_ISSUER`): whether it describes itself, under the name that we know. Nobody signs in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.doctor.findings import Finding, error, ok
from app.doctor.installation import Installation
from app.settings import OIDC
from web.issuer import documents
from web.issuer.troubles import IssuerAway, IssuerTrouble
from web.words import N_

CHECK: Final = "issuer"


def check(house: Installation) -> Iterator[Finding]:
    """Its discovery document; nothing where no issuer is set."""
    unknown = house.unknown(CHECK, OIDC)
    if unknown:
        yield unknown
    elif house.settings.oidc:
        try:
            documents.fetched(house.settings.oidc.issuer)
        except IssuerAway as problem:
            told = N_("The issuer {problem}: nobody signs in with it.")
            yield error(CHECK, told, cure=N_("try again later, and look at OIDC_ISSUER"), problem=problem)
        except IssuerTrouble as problem:
            told = N_("Nobody signs in with the issuer: it {problem}.")
            cure = N_("set OIDC_ISSUER to what the issuer calls itself, to the letter")
            yield error(CHECK, told, cure=cure, problem=problem)
        else:
            yield ok(CHECK, N_("The issuer describes itself, under the name that we know it by."))
