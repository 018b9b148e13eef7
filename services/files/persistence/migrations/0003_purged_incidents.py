"""What belongs to an incident that was purged goes with it; only what events do deletes anything."""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run([f"CREATE POLICY file_delete ON file FOR DELETE USING ({opened('system')})"])


def downgrade() -> None:
    op.execute("DROP POLICY file_delete ON file")
