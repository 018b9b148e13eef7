"""The moments in the life of an incident, and how it stood when.

Stretches of the past are taken from the history, which tells each status; severity and people are those of now.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import any_opened, opened, protect, seen_through

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_MOMENTS = (
    "occurred_until",
    "aware_at",
    "acknowledged_at",
    "responded_at",
    "contained_at",
    "eradicated_at",
    "recovered_at",
    "first_resolved_at",
    "resolved_at",
    "first_reopened_at",
)
_COLUMNS = [
    f"""
    ALTER TABLE incident
        {", ".join(f"ADD {moment} timestamptz" for moment in _MOMENTS)},
        ADD reopen_count bigint NOT NULL DEFAULT 0,
        ADD timestamps jsonb NOT NULL DEFAULT '{{}}'
    """,
]
_INTERVALS = [
    """
    CREATE TABLE status_interval (
        incident_id uuid,
        sequence bigint,
        company_id uuid NOT NULL,
        status_id uuid NOT NULL,
        category text NOT NULL,
        severity_id uuid,
        responsible_id uuid,
        department_id uuid,
        begun_at timestamptz NOT NULL,
        ended_at timestamptz,
        CONSTRAINT pk_status_interval PRIMARY KEY (incident_id, sequence)
    )
    """,
    "CREATE INDEX ix_status_interval_company_begun ON status_interval (company_id, begun_at)",
]
# The owner is behind the walls too, and opens them for this one look at what is there.
_WALLS = ("view", "view_restricted", "edit")
_OPEN = "SELECT " + ", ".join(f"set_config('app.{wall}_all', '%s', true)" for wall in _WALLS)
_FILL = [
    """
    INSERT INTO status_interval
    SELECT told.incident_id, told.sequence, told.company_id, told.status_id,
        coalesce(told.category, entry.category, incident.status_category),
        incident.severity_id, incident.responsible_id, incident.department_id,
        told.at, lead(told.at) OVER (PARTITION BY told.incident_id ORDER BY told.sequence)
    FROM (
        SELECT incident_id, sequence, company_id, at, (changes->'status_id'->>1)::uuid AS status_id,
            changes->'status_category'->>1 AS category
        FROM incident_change WHERE changes ? 'status_id'
    ) AS told
    JOIN incident ON incident.id = told.incident_id
    LEFT JOIN directory_ref AS entry ON entry.id = told.status_id
    """,
    "UPDATE incident SET resolved_at = closed_at, first_resolved_at = closed_at WHERE closed_at IS NOT NULL",
]
_CHANGING = ("edit", "close", "reopen", "delete")
_OF_SEEN = seen_through("incident", "status_interval.incident_id")


def upgrade() -> None:
    run([*_COLUMNS, *_INTERVALS, _OPEN % (("on",) * len(_WALLS)), *_FILL, _OPEN % (("",) * len(_WALLS))])
    run(protect("status_interval", insert=["add", *_CHANGING], update=_CHANGING))
    writing = f"{any_opened(_CHANGING)} and {_OF_SEEN}"
    beginning = f"{any_opened(['add', *_CHANGING])} and {_OF_SEEN}"
    run(
        [
            f"ALTER POLICY status_interval_read ON status_interval USING ({opened('view')} and {_OF_SEEN})",
            f"ALTER POLICY status_interval_insert ON status_interval WITH CHECK ({beginning})",
            f"ALTER POLICY status_interval_update ON status_interval USING ({writing}) WITH CHECK ({writing})",
        ]
    )


def downgrade() -> None:
    op.execute("DROP TABLE status_interval")
    dropped = ", ".join(f"DROP COLUMN {name}" for name in (*_MOMENTS, "reopen_count", "timestamps"))
    op.execute(f"ALTER TABLE incident {dropped}")
