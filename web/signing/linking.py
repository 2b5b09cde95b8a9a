"""Linking one's own log-in with the issuer, for an issuer that does not say whose an e-mail is: the user shows to be both.

The form is ours and is sealed, so that nobody is made to link an account of somebody else's; the way on is a link, because forms of
our pages lead nowhere but here (Content-Security-Policy, `form-action`).
"""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from web.given import given
from web.issuer.trips import Trip
from web.issuer.troubles import IssuerTrouble
from web.page import language, page
from web.signing.account import account
from web.signing.elsewhere import issuer_here, keeping, told
from web.signing.forms import Confirmed
from web.signing.proof import after_proof
from web.visitors import EVERYBODY, opens_to, visitor


@account.post("/issuer")
@opens_to(*EVERYBODY, before_secured=True)
@after_proof
def link() -> Response:
    """The way to the issuer, where the user signs in anew, whoever it knows already."""
    issuer, house = issuer_here(), given()
    if not Confirmed().validate():
        return redirect(url_for("account.overview"))
    trip = Trip.begun(now=house.clock(), links=visitor().user_id)
    try:
        way = issuer.way(trip, language=language(), anew=True)
    except IssuerTrouble as problem:
        return told(problem, issuer, url_for("account.overview"))
    return keeping(page("signing/link.html", name=issuer.name, way=way), trip, house)
