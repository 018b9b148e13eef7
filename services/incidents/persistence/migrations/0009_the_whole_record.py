"""What else a record tells: kind, units, markings, detection, outcome, cost and source; and copies of companies' units.

What was registered before is an incident, marked as everything is that nobody marked, and came in by the graph.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import protect

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_SEEING = ("view", "add", "edit", "close", "reopen", "delete")
_UNITS = ("department_ref", "site_ref", "team_ref")
# The defaults stay: a row that says nothing of these is as usual.
_COLUMNS = """
ALTER TABLE incident
    ADD kind text NOT NULL DEFAULT 'INCIDENT',
    ADD department_id uuid,
    ADD department_at_registration_id uuid,
    ADD team_id uuid,
    ADD site_id uuid,
    ADD location_latitude double precision,
    ADD location_longitude double precision,
    ADD tlp text NOT NULL DEFAULT 'AMBER',
    ADD pap text NOT NULL DEFAULT 'AMBER',
    ADD detection_source_id uuid,
    ADD outcome_id uuid,
    ADD impact_level_id uuid,
    ADD impact_areas text[] NOT NULL DEFAULT '{}',
    ADD root_cause text,
    ADD personal_data boolean,
    ADD critical_service boolean,
    ADD cost_amount numeric(20, 4),
    ADD cost_currency text,
    ADD reports_and_records text,
    ADD indicators_text text,
    ADD no_measures_reason text,
    ADD reported_by_id uuid,
    ADD reported_by_external boolean,
    ADD source_channel text NOT NULL DEFAULT 'API',
    ADD source_system text,
    ADD source_external_id text,
    ADD source_url text,
    ADD language text
"""
_SOURCES = [
    """
    CREATE TABLE incident_source (
        company_id uuid,
        system text,
        external_id text,
        holder_id uuid NOT NULL,
        CONSTRAINT pk_incident_source PRIMARY KEY (company_id, system, external_id)
    )
    """,
    "CREATE INDEX ix_incident_source_holder_id ON incident_source (holder_id)",
    """
    CREATE INDEX ix_incident_source ON incident (company_id, source_system, source_external_id)
    WHERE source_external_id IS NOT NULL
    """,
]
_NAMES = _COLUMNS.partition("ALTER TABLE incident")[2].split(",\n")
_DROPPED = ", ".join(f"DROP COLUMN {name.split()[1]}" for name in _NAMES)


def _unit(table: str) -> str:
    return f"""
    CREATE TABLE {table} (
        id uuid CONSTRAINT pk_{table} PRIMARY KEY,
        version bigint NOT NULL,
        company_id uuid NOT NULL,
        active boolean NOT NULL
    )
    """


def upgrade() -> None:
    run([_COLUMNS, *_SOURCES])
    run(protect("incident_source", read=["add", "edit"], insert=["add", "edit"], delete=["edit"]))
    for table in _UNITS:
        run([_unit(table), *protect(table, read=_SEEING, insert=["copy"], update=["copy"])])


def downgrade() -> None:
    for table in (*_UNITS, "incident_source"):
        op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE incident {_DROPPED}")
