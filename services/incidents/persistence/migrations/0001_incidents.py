"""Incidents, their history and numbers, and the projections of companies, users and directories."""

from alembic import op

from chassis.migrations.mechanisms import create_mechanisms_v1, run
from chassis.rowsecurity import opened, protect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = [
    """
    CREATE TABLE incident (
        id uuid CONSTRAINT pk_incident PRIMARY KEY,
        reference text NOT NULL CONSTRAINT uq_incident_reference UNIQUE,
        company_id uuid NOT NULL,
        title text NOT NULL,
        description text,
        classification_id uuid,
        type_id uuid,
        status_id uuid NOT NULL,
        status_category text NOT NULL,
        severity_id uuid,
        location_text text,
        location_country text,
        responsible_id uuid,
        registered_by_id uuid NOT NULL,
        reported_by_name text,
        reported_by_email text,
        reported_by_phone text,
        occurred_at timestamptz,
        detected_at timestamptz,
        reported_at timestamptz,
        registered_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        closed_at timestamptz,
        data_subjects_affected bigint,
        records_affected bigint,
        impact text,
        actions_taken text,
        preventive_measures text,
        comment text,
        tags text[] NOT NULL,
        registration_key text,
        version bigint NOT NULL,
        sequence bigint NOT NULL,
        deleted_at timestamptz
    )
    """,
    "CREATE INDEX ix_incident_company_registered ON incident (company_id, registered_at, id) WHERE deleted_at IS NULL",
    "CREATE INDEX ix_incident_registered ON incident (registered_at, id) WHERE deleted_at IS NULL",
    "CREATE INDEX ix_incident_updated ON incident (updated_at, id) WHERE deleted_at IS NULL",
    "CREATE INDEX ix_incident_responsible ON incident (responsible_id) WHERE deleted_at IS NULL",
    "CREATE UNIQUE INDEX uq_incident_registration_key ON incident (registered_by_id, registration_key)",
    """
    CREATE TABLE incident_change (
        incident_id uuid,
        sequence bigint,
        company_id uuid NOT NULL,
        at timestamptz NOT NULL,
        actor_kind text NOT NULL,
        actor_id uuid NOT NULL,
        request_id text,
        operation text NOT NULL,
        changes jsonb NOT NULL,
        CONSTRAINT pk_incident_change PRIMARY KEY (incident_id, sequence)
    )
    """,
    """
    CREATE TABLE incident_number (
        company_id uuid,
        year bigint,
        last bigint NOT NULL,
        CONSTRAINT pk_incident_number PRIMARY KEY (company_id, year)
    )
    """,
    """
    CREATE TABLE company_ref (
        id uuid CONSTRAINT pk_company_ref PRIMARY KEY,
        version bigint NOT NULL,
        code text NOT NULL,
        active boolean NOT NULL
    )
    """,
    "CREATE INDEX ix_company_ref_code ON company_ref (code)",
    """
    CREATE TABLE user_ref (
        id uuid CONSTRAINT pk_user_ref PRIMARY KEY,
        version bigint NOT NULL,
        active boolean NOT NULL,
        every_company boolean NOT NULL,
        company_ids jsonb NOT NULL
    )
    """,
    """
    CREATE TABLE directory_ref (
        id uuid CONSTRAINT pk_directory_ref PRIMARY KEY,
        version bigint NOT NULL,
        kind varchar(40) NOT NULL,
        code text NOT NULL,
        active boolean NOT NULL,
        parent_id uuid,
        category text,
        is_initial boolean NOT NULL
    )
    """,
    "CREATE INDEX ix_directory_ref_kind_code ON directory_ref (kind, code)",
]
_CHANGING = ("edit", "close", "reopen", "delete")


def upgrade() -> None:
    create_mechanisms_v1()
    run(_TABLES)
    run(protect("incident", insert=["add"], update=_CHANGING))
    run([f"CREATE POLICY incident_read_own ON incident FOR SELECT USING ({opened('registrant', 'registered_by_id')})"])
    run(protect("incident_change", insert=["add", *_CHANGING]))
    run(protect("incident_number", read=["add"], insert=["add"], update=["add"]))


def downgrade() -> None:
    for table in ("incident", "incident_change", "incident_number", "company_ref", "user_ref", "directory_ref"):
        op.execute(f"DROP TABLE {table}")
    for table in ("event", "handled_event", "parked_event", "projection"):
        op.execute(f"DROP TABLE {table}")
