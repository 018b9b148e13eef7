"""Moments that a directory defines, behind the walls of the incident that each hangs on."""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened, protect, seen_through

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE incident_timestamp (
    id uuid CONSTRAINT pk_incident_timestamp PRIMARY KEY,
    incident_id uuid NOT NULL,
    company_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    created_by_id uuid NOT NULL,
    version bigint NOT NULL,
    definition_id uuid NOT NULL,
    at timestamptz NOT NULL,
    precision text NOT NULL,
    origin text NOT NULL,
    utc_offset bigint,
    set_by_id uuid NOT NULL,
    CONSTRAINT uq_incident_timestamp_incident_id_definition_id UNIQUE (incident_id, definition_id)
)
"""
_SEEN = seen_through("incident", "incident_timestamp.incident_id")
_OF_COMPANY = (
    "(select incident.company_id = incident_timestamp.company_id "
    "from incident where incident.id = incident_timestamp.incident_id)"
)
_READ = f"{opened('view')} and {_SEEN}"
_WRITE = f"{opened('edit')} and {_SEEN}"
_ADD = f"{opened('edit')} and {_OF_COMPANY}"
_PURGING = "(SELECT current_setting('app.purge_all', true) = 'on')"


def upgrade() -> None:
    run(
        [
            _TABLE,
            *protect("incident_timestamp", insert=["edit"], update=["edit"], delete=["edit"]),
            f"ALTER POLICY incident_timestamp_read ON incident_timestamp USING ({_READ})",
            f"ALTER POLICY incident_timestamp_insert ON incident_timestamp WITH CHECK ({_ADD})",
            f"ALTER POLICY incident_timestamp_update ON incident_timestamp USING ({_WRITE}) WITH CHECK ({_WRITE})",
            f"ALTER POLICY incident_timestamp_delete ON incident_timestamp USING ({_WRITE})",
            f"CREATE POLICY incident_timestamp_purge ON incident_timestamp USING ({_PURGING})",
        ]
    )


def downgrade() -> None:
    op.execute("DROP TABLE incident_timestamp")
