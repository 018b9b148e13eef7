"""Whose a directory entry is, when it may be chosen, and what it was merged into.

What is here already is of everybody, valid always and not merged: directories knew nothing else before.
"""

from alembic import op

from chassis.migrations.mechanisms import run

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        [
            """
            ALTER TABLE directory_ref
                ADD company_id uuid,
                ADD valid_from date,
                ADD valid_to date,
                ADD merged_into_id uuid
            """,
            "CREATE INDEX ix_directory_ref_merged_into_id ON directory_ref (merged_into_id)",
        ]
    )


def downgrade() -> None:
    op.execute("ALTER TABLE directory_ref DROP company_id, DROP valid_from, DROP valid_to, DROP merged_into_id")
