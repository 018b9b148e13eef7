"""Companies are looked up in the companies that are seen by hash: who sees two thousand looks at two thousand rows."""

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened, opened_by_hash

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run([f"ALTER POLICY company_read ON company USING ({opened_by_hash('view', 'id')})"])


def downgrade() -> None:
    run([f"ALTER POLICY company_read ON company USING ({opened('view', 'id')})"])
