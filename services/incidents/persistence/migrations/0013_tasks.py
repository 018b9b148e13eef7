"""Tasks of incidents with who has them, and what is awaited until when, behind the walls of the incident."""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import any_opened, opened, protect, seen_through

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLES = [
    """
    CREATE TABLE incident_task (
        id uuid CONSTRAINT pk_incident_task PRIMARY KEY,
        incident_id uuid NOT NULL,
        company_id uuid NOT NULL,
        created_at timestamptz NOT NULL,
        created_by_id uuid NOT NULL,
        version bigint NOT NULL,
        title text NOT NULL,
        description text,
        status text NOT NULL,
        mandatory boolean NOT NULL,
        assignee_ids uuid[] NOT NULL,
        team_id uuid,
        due_at timestamptz,
        started_at timestamptz,
        finished_at timestamptz,
        result text,
        position bigint NOT NULL,
        depends_on uuid[] NOT NULL,
        deleted_at timestamptz
    )
    """,
    "CREATE INDEX ix_incident_task_incident_id ON incident_task (incident_id, position, id)",
    """
    CREATE TABLE incident_task_assignee (
        user_id uuid,
        task_id uuid,
        incident_id uuid NOT NULL,
        company_id uuid NOT NULL,
        CONSTRAINT pk_incident_task_assignee PRIMARY KEY (user_id, task_id)
    )
    """,
    "CREATE INDEX ix_incident_task_assignee_task_id ON incident_task_assignee (task_id)",
    """
    CREATE TABLE incident_deadline (
        incident_id uuid,
        part_type text,
        part_id uuid,
        company_id uuid NOT NULL,
        due_at timestamptz NOT NULL,
        announced_at timestamptz,
        CONSTRAINT pk_incident_deadline PRIMARY KEY (incident_id, part_type, part_id)
    )
    """,
    "CREATE INDEX ix_incident_deadline_company_due ON incident_deadline (company_id, due_at)",
    "CREATE INDEX ix_incident_deadline_unannounced ON incident_deadline (due_at) WHERE announced_at IS NULL",
]
_MOVING = ("edit", "close", "reopen")  # a review is awaited from the moment in which its incident is resolved
_CHANGING = {"incident_task": ("edit",), "incident_task_assignee": ("edit",), "incident_deadline": _MOVING}
_TAKEN_OUT = {"incident_task_assignee", "incident_deadline"}


def _walls(table: str) -> list[str]:
    changing = _CHANGING[table]
    seen = seen_through("incident", f"{table}.incident_id")
    write = f"{any_opened(changing)} and {seen}"
    policies = protect(table, insert=changing, update=changing, delete=changing if table in _TAKEN_OUT else ())
    policies += [
        f"ALTER POLICY {table}_read ON {table} USING ({opened('view')} and {seen})",
        f"ALTER POLICY {table}_insert ON {table} WITH CHECK ({write})",
        f"ALTER POLICY {table}_update ON {table} USING ({write}) WITH CHECK ({write})",
    ]
    return [*policies, f"ALTER POLICY {table}_delete ON {table} USING ({write})"] if table in _TAKEN_OUT else policies


def upgrade() -> None:
    run(_TABLES)
    for table in _CHANGING:
        run(_walls(table))


def downgrade() -> None:
    for table in _CHANGING:
        op.execute(f"DROP TABLE {table}")
