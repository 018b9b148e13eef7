"""Priorities are entries with a rank, as severities and levels of impact are."""

from alembic import op

from chassis.migrations.mechanisms import run

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _ranked(kinds: str) -> str:
    return (
        "ALTER TABLE entry DROP CONSTRAINT ck_entry_rank, "
        f"ADD CONSTRAINT ck_entry_rank CHECK ((kind IN ({kinds})) = (rank IS NOT NULL))"
    )


def upgrade() -> None:
    run([_ranked("'severity', 'impact_level', 'priority'")])


def downgrade() -> None:
    """Refused by the database as long as there are priorities."""
    op.execute(_ranked("'severity', 'impact_level'"))
