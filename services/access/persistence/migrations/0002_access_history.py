"""The history of access."""

from alembic import op

from chassis.migrations.mechanisms import run

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = [
    """
    CREATE TABLE access_change (
        id uuid CONSTRAINT pk_access_change PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        subject_kind text NOT NULL,
        subject_id uuid NOT NULL,
        subject_name text NOT NULL,
        every_company boolean NOT NULL,
        company_ids uuid[] NOT NULL,
        actor_kind text NOT NULL,
        actor_id uuid NOT NULL,
        request_id text,
        operation text NOT NULL,
        changes jsonb NOT NULL
    )
    """,
    "CREATE INDEX ix_access_change_at ON access_change (at, id)",
    "CREATE INDEX ix_access_change_subject_id ON access_change (subject_id, at)",
]


def _all(wall: str) -> str:
    return f"(select current_setting('app.{wall}_all', true) = 'on')"


def _some(wall: str) -> str:
    """Entries that concern one of the companies the transaction may reach."""
    reached = f"string_to_array(nullif(current_setting('app.{wall}_companies', true), ''), ',')::uuid[]"
    return f"company_ids && (select {reached})"


# What concerns every company concerns each. What concerns none, such as a user without groups, is read by who may
# read everything, and written by whoever may do that at all.
_READ = f"""{_all("audit")} or {_some("audit")}
    or (every_company and (select coalesce(current_setting('app.audit_companies', true), '') <> ''))"""
_WRITTEN = f"{_all('view')} or (not every_company and (cardinality(company_ids) = 0 or {_some('view')}))"
_WALLS = [
    "ALTER TABLE access_change ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE access_change FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY access_change_read ON access_change FOR SELECT USING ({_READ})",
    f"CREATE POLICY access_change_insert ON access_change FOR INSERT WITH CHECK ({_WRITTEN})",
]


def upgrade() -> None:
    run(_TABLES)
    run(_WALLS)


def downgrade() -> None:
    op.execute("DROP TABLE access_change")
