"""Demands that are made only from a rank of severity on."""

from alembic import op

from chassis.migrations.mechanisms import run

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        [
            "ALTER TABLE gate ADD floors jsonb NOT NULL DEFAULT '{}'",
            """
            ALTER TABLE gate_change
                ADD floors_before jsonb NOT NULL DEFAULT '{}',
                ADD floors_after jsonb NOT NULL DEFAULT '{}'
            """,
        ]
    )


def downgrade() -> None:
    op.execute("ALTER TABLE gate DROP floors")
    op.execute("ALTER TABLE gate_change DROP floors_before, DROP floors_after")
