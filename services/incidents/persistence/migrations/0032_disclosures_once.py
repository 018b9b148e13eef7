"""What was taken out of an incident is written down once, however often it is told: the keys under which it was."""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import protect

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE incident_disclosure (
    incident_id uuid,
    key uuid,
    company_id uuid NOT NULL,
    CONSTRAINT pk_incident_disclosure PRIMARY KEY (incident_id, key)
)
"""
_PURGING = "(SELECT current_setting('app.purge_all', true) = 'on')"


def upgrade() -> None:
    """Other services tell of it, and nobody of the graph."""
    run(
        [
            _TABLE,
            *protect("incident_disclosure", read=["copy"], insert=["copy"]),
            f"CREATE POLICY incident_disclosure_purge ON incident_disclosure USING ({_PURGING})",
        ]
    )


def downgrade() -> None:
    op.execute("DROP TABLE incident_disclosure")
