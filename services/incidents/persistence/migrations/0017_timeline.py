"""What people write into the timelines of incidents, behind the walls of the incident that each entry is about."""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened, protect, seen_through

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_TABLE = """
CREATE TABLE incident_timeline_entry (
    id uuid CONSTRAINT pk_incident_timeline_entry PRIMARY KEY,
    incident_id uuid NOT NULL,
    company_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    created_by_id uuid NOT NULL,
    version bigint NOT NULL,
    at timestamptz NOT NULL,
    until timestamptz,
    kind text NOT NULL,
    title text NOT NULL,
    text text,
    pinned boolean NOT NULL,
    in_report boolean NOT NULL,
    audience text NOT NULL,
    edited_at timestamptz,
    deleted_at timestamptz
)
"""
_SEEN = seen_through("incident", "incident_timeline_entry.incident_id")
_READ = f"{opened('view')} and {_SEEN}"
_WRITE = f"{opened('edit')} and {_SEEN}"
_NAME = "incident_timeline_entry"


def upgrade() -> None:
    run(
        [
            _TABLE,
            f"CREATE INDEX ix_{_NAME}_at ON {_NAME} (incident_id, at, id) WHERE deleted_at IS NULL",
            *protect(_NAME, insert=["edit"], update=["edit"]),
            f"ALTER POLICY {_NAME}_read ON {_NAME} USING ({_READ})",
            f"ALTER POLICY {_NAME}_insert ON {_NAME} WITH CHECK ({_WRITE})",
            f"ALTER POLICY {_NAME}_update ON {_NAME} USING ({_WRITE}) WITH CHECK ({_WRITE})",
        ]
    )


def downgrade() -> None:
    op.execute(f"DROP TABLE {_NAME}")
