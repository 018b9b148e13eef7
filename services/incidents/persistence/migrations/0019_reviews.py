"""Reviews after incidents, action items that outlive them, and what companies ask of reviews.

Incidents that are resolved already await no review: nobody asked for one when they were.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened, protect, seen_through

revision = "0019"
down_revision = "0018"
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
_TABLES = [
    f"""
    CREATE TABLE incident_review (
        {_PART.format(table="incident_review")}
        status text NOT NULL,
        facilitator_id uuid,
        participant_ids uuid[] NOT NULL,
        meeting_at timestamptz,
        summary text,
        timeline_narrative text,
        impact text,
        root_causes jsonb NOT NULL,
        contributing_factors text,
        went_well text,
        went_badly text,
        lucky text,
        detection_gap text,
        controls_improved text[] NOT NULL,
        covers uuid[] NOT NULL,
        approved_by_id uuid,
        approved_at timestamptz
    )
    """,
    "CREATE UNIQUE INDEX uq_incident_review_incident_id ON incident_review (incident_id)",
    "CREATE INDEX ix_incident_review_covering ON incident_review (company_id) WHERE cardinality(covers) > 0",
    f"""
    CREATE TABLE incident_action_item (
        {_PART.format(table="incident_action_item")}
        title text NOT NULL,
        description text,
        kind text NOT NULL,
        priority text NOT NULL,
        status text NOT NULL,
        owner_id uuid,
        department_id uuid,
        due_at timestamptz,
        wont_do_reason text,
        completed_at timestamptz,
        verified_by_id uuid,
        verified_at timestamptz,
        control_ref text,
        external_system text,
        external_key text,
        external_url text,
        deleted_at timestamptz,
        awaited_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX ix_incident_action_item_incident_id ON incident_action_item (incident_id, id)",
    "CREATE INDEX ix_incident_action_item_awaited ON incident_action_item (awaited_at, id)",
    "CREATE INDEX ix_incident_action_item_company_awaited ON incident_action_item (company_id, awaited_at, id)",
    "CREATE INDEX ix_incident_action_item_owner_awaited ON incident_action_item (owner_id, awaited_at, id)",
    """
    CREATE TABLE review_policy (
        company_id uuid CONSTRAINT pk_review_policy PRIMARY KEY,
        from_rank bigint,
        due_days bigint NOT NULL,
        template jsonb NOT NULL,
        version bigint NOT NULL
    )
    """,
    """
    CREATE TABLE review_policy_change (
        company_id uuid,
        version bigint,
        at timestamptz NOT NULL,
        actor_kind text NOT NULL,
        actor_id uuid NOT NULL,
        request_id text,
        changes jsonb NOT NULL,
        CONSTRAINT pk_review_policy_change PRIMARY KEY (company_id, version)
    )
    """,
]
_COLUMN = "ALTER TABLE incident ADD review_due_at timestamptz"
_PARTS = ("incident_review", "incident_action_item")
_READING = ("view", "edit", "close", "reopen", "gates")  # who moves incidents on asks what is needed for it


def _walls(table: str) -> list[str]:
    seen = seen_through("incident", f"{table}.incident_id")
    write = f"{opened('edit')} and {seen}"
    return [
        *protect(table, insert=["edit"], update=["edit"]),
        f"ALTER POLICY {table}_read ON {table} USING ({opened('view')} and {seen})",
        f"ALTER POLICY {table}_insert ON {table} WITH CHECK ({write})",
        f"ALTER POLICY {table}_update ON {table} USING ({write}) WITH CHECK ({write})",
    ]


def upgrade() -> None:
    run([*_TABLES, _COLUMN])
    for table in _PARTS:
        run(_walls(table))
    run(protect("review_policy", read=_READING, insert=["gates"], update=["gates"]))
    run(protect("review_policy_change", read=["view", "gates"], insert=["gates"]))


def downgrade() -> None:
    for table in (*_PARTS, "review_policy", "review_policy_change"):
        op.execute(f"DROP TABLE {table}")
    op.execute("ALTER TABLE incident DROP review_due_at")
