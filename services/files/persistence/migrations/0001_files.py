"""Files, and the projection of the incidents they belong to."""

from alembic import op

from chassis.migrations.mechanisms import create_mechanisms_v1, run
from chassis.rowsecurity import protect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = [
    """
    CREATE TABLE file (
        id uuid CONSTRAINT pk_file PRIMARY KEY,
        company_id uuid NOT NULL,
        incident_id uuid NOT NULL,
        kind text NOT NULL,
        name text NOT NULL,
        size bigint NOT NULL,
        media_type text NOT NULL,
        sha256 text NOT NULL,
        state text NOT NULL,
        uploaded_by_id uuid NOT NULL,
        uploaded_at timestamptz NOT NULL,
        sequence bigint NOT NULL,
        deleted_at timestamptz
    )
    """,
    "CREATE INDEX ix_file_incident ON file (incident_id, uploaded_at, id) WHERE deleted_at IS NULL",
    """
    CREATE TABLE incident_ref (
        id uuid CONSTRAINT pk_incident_ref PRIMARY KEY,
        version bigint NOT NULL,
        company_id uuid NOT NULL,
        reference text NOT NULL,
        deleted boolean NOT NULL
    )
    """,
]


def upgrade() -> None:
    create_mechanisms_v1()
    run(_TABLES)
    run(protect("file", insert=["edit"]))
    run(protect("incident_ref", insert=["system"], update=["system"]))


def downgrade() -> None:
    for table in ("file", "incident_ref", "event", "handled_event", "parked_event", "projection"):
        op.execute(f"DROP TABLE {table}")
