"""Where the numbers of customers and cases begin: five digits, and far enough apart that nobody takes one for the other."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SERIES = sa.table("number_series", sa.column("name", sa.String), sa.column("last", sa.Integer))


def upgrade() -> None:
    op.bulk_insert(SERIES, [{"name": "customer", "last": 10_000}, {"name": "case", "last": 20_000}])


def downgrade() -> None:
    op.execute(SERIES.delete())
