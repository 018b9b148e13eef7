"""Who has which role in an incident, and what it is linked to; copies of directory entries tell what that takes.

Who led incidents in the past is taken from the stretches of how they stood.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import any_opened, opened, protect, seen_through

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_PART = """
    id uuid CONSTRAINT pk_{table} PRIMARY KEY,
    incident_id uuid NOT NULL,
    company_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    created_by_id uuid NOT NULL,
    version bigint NOT NULL,
"""
_ROLES = [
    f"""
    CREATE TABLE incident_role ({_PART.format(table="incident_role")}
        role_id uuid,
        user_id uuid,
        contact_name text,
        contact_email text,
        contact_organization text,
        begun_at timestamptz NOT NULL,
        ended_at timestamptz,
        ended_by_id uuid
    )
    """,
    "CREATE INDEX ix_incident_role_incident_id ON incident_role (incident_id, id)",
    "CREATE INDEX ix_incident_role_role_id ON incident_role (role_id)",
    """
    CREATE UNIQUE INDEX uq_incident_role_lead ON incident_role (incident_id)
    WHERE role_id IS NULL AND ended_at IS NULL
    """,
]
_LINKS = [
    f"""
    CREATE TABLE incident_link ({_PART.format(table="incident_link")}
        pair_id uuid NOT NULL,
        type_id uuid,
        other_id uuid,
        url text,
        title text,
        note text,
        deleted_at timestamptz
    )
    """,
    "CREATE INDEX ix_incident_link_incident_id ON incident_link (incident_id, id)",
    "CREATE INDEX ix_incident_link_other_id ON incident_link (other_id)",
    "CREATE INDEX ix_incident_link_pair_id ON incident_link (pair_id)",
    "CREATE INDEX ix_incident_link_type_id ON incident_link (type_id)",
    """
    CREATE UNIQUE INDEX uq_incident_link_other ON incident_link (incident_id, other_id, type_id)
    WHERE deleted_at IS NULL AND other_id IS NOT NULL
    """,
]
# The owner is behind the walls too, and opens them for this one look at what is there.
_WALLS = ("view", "view_restricted", "edit", "copy")
_OPEN = "SELECT " + ", ".join(f"set_config('app.{wall}_all', '%s', true)" for wall in _WALLS)
# Ids sort by the time when the lead began, like all that are made here (UUID version 7).
_ID = """
(lpad(to_hex((extract(epoch FROM min(begun_at)) * 1000)::bigint), 12, '0') || '7'
    || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid
"""
_LEADS = f"""
INSERT INTO incident_role (id, incident_id, company_id, created_at, created_by_id, version, user_id, begun_at, ended_at)
SELECT {_ID}, lead.incident_id, lead.company_id, min(lead.begun_at),
    coalesce((array_agg(told.actor_id ORDER BY lead.begun_at))[1], lead.responsible_id), 1,
    lead.responsible_id, min(lead.begun_at), nullif(max(coalesce(lead.ended_at, 'infinity')), 'infinity')
FROM (
    SELECT *, sum(changes) OVER (PARTITION BY incident_id ORDER BY sequence) AS turn FROM (
        SELECT *, CASE WHEN responsible_id IS DISTINCT FROM lag(responsible_id)
            OVER (PARTITION BY incident_id ORDER BY sequence) THEN 1 ELSE 0 END AS changes
        FROM status_interval
    ) AS stretch
) AS lead
LEFT JOIN incident_change AS told ON (told.incident_id, told.sequence) = (lead.incident_id, lead.sequence)
WHERE lead.responsible_id IS NOT NULL
GROUP BY lead.incident_id, lead.company_id, lead.responsible_id, lead.turn
"""  # noqa: S608  # no word of it is of anybody else
# What is copied already is asked for again, for it tells of neither.
_ENTRIES = [
    "ALTER TABLE directory_ref ADD single boolean NOT NULL DEFAULT false, ADD inverse_id uuid",
    "UPDATE directory_ref SET version = 0 WHERE kind IN ('role', 'link_type')",
    "DELETE FROM projection WHERE name = 'directory_entry'",
]


def _behind_walls(table: str, seen: str, insert: tuple[str, ...]) -> list[str]:
    reading, beginning = f"{opened('view')} and {seen}", f"{any_opened(insert)} and {seen}"
    writing = f"{opened('edit')} and {seen}"
    return [
        *protect(table, insert=insert, update=["edit"]),
        f"ALTER POLICY {table}_read ON {table} USING ({reading})",
        f"ALTER POLICY {table}_insert ON {table} WITH CHECK ({beginning})",
        f"ALTER POLICY {table}_update ON {table} USING ({writing}) WITH CHECK ({writing})",
    ]


_OF_SEEN = seen_through("incident", "incident_role.incident_id")
_BETWEEN_SEEN = (
    f"{seen_through('incident', 'incident_link.incident_id')}"
    f" and (other_id is null or {seen_through('incident', 'incident_link.other_id')})"
)


def upgrade() -> None:
    run([*_ROLES, *_LINKS])
    run([_OPEN % (("on",) * len(_WALLS)), _LEADS, *_ENTRIES, _OPEN % (("",) * len(_WALLS))])
    run(_behind_walls("incident_role", _OF_SEEN, ("add", "edit")))
    run(_behind_walls("incident_link", _BETWEEN_SEEN, ("edit",)))


def downgrade() -> None:
    for table in ("incident_link", "incident_role"):
        op.execute(f"DROP TABLE {table}")
    op.execute("ALTER TABLE directory_ref DROP single, DROP inverse_id")
