"""What the house begins with: where the numbers of customers and cases start, and the house's own accounts.

The numbers have five digits, far enough apart that nobody takes one for the other. The accounts are here and not opened on first
use: two clocks that charge the first quarters of a house would each wait for the other's.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SERIES = sa.table("number_series", sa.column("name", sa.String), sa.column("last", sa.Integer))
ACCOUNTS = sa.table("accounts", sa.column("name", sa.String))


def upgrade() -> None:
    op.bulk_insert(SERIES, [{"name": "customer", "last": 10_000}, {"name": "case", "last": 20_000}])
    op.bulk_insert(ACCOUNTS, [{"name": name} for name in ("issued", "earned", "granted", "corrected", "written_off")])


def downgrade() -> None:
    op.execute(ACCOUNTS.delete().where(ACCOUNTS.c.name.in_(("issued", "earned", "granted", "corrected", "written_off"))))
    op.execute(SERIES.delete())
