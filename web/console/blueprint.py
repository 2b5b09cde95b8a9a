"""What the rooms of the console hang their pages on: whatever stands here is for those its pages say."""

from __future__ import annotations

from flask import Blueprint

from web.visitors import let_in

console = Blueprint("console", __name__)
let_in(console)
