"""How soon an incident is to be dealt with: an entry of the directory of priorities."""

from alembic import op

from chassis.migrations.mechanisms import run

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(["ALTER TABLE incident ADD priority_id uuid"])


def downgrade() -> None:
    op.execute("ALTER TABLE incident DROP COLUMN priority_id")
