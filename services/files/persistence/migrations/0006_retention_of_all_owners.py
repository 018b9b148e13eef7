"""Who deletes a company's documents, or files of its pages of the guide, need not see its incidents.

How long the company keeps what was deleted holds for these all the same.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import any_opened

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    opened = any_opened(["view_company", "view_draft"])
    run([f"CREATE POLICY file_retention_read_by_others ON file_retention FOR SELECT USING {opened}"])


def downgrade() -> None:
    op.execute("DROP POLICY file_retention_read_by_others ON file_retention")
