"""Entries of one company are there for those who may do something with its incidents; those of everybody for all.

Only what copies them from their owner may write any.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import protect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SEEING = ("view", "add", "edit", "close", "reopen", "delete")


def upgrade() -> None:
    run(protect("directory_ref", read=_SEEING, insert=["copy"], update=["copy"]))
    run(["CREATE POLICY directory_ref_read_global ON directory_ref FOR SELECT USING (company_id IS NULL)"])


def downgrade() -> None:
    for name in ("read", "insert", "update", "read_global"):
        op.execute(f"DROP POLICY directory_ref_{name} ON directory_ref")
    op.execute("ALTER TABLE directory_ref NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE directory_ref DISABLE ROW LEVEL SECURITY")
