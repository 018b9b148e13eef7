"""All coded lists, entries of one company, validity, merging, locales, and a history of it all.

What everybody has is changed by who manages every company, what a company has by who manages that company; the
history of both is read by who manages them.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import protect

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TREES = "'classification', 'outcome', 'detection_source', 'indicator_type', 'department_kind'"
_ENTRY = [
    """
    ALTER TABLE entry
        ADD valid_from date,
        ADD valid_to date,
        ADD pattern text,
        ADD single boolean NOT NULL DEFAULT false,
        ADD inverse_id uuid CONSTRAINT fk_entry_inverse_id_entry REFERENCES entry DEFERRABLE INITIALLY DEFERRED,
        ADD merged_into_id uuid CONSTRAINT fk_entry_merged_into_id_entry REFERENCES entry
    """,
    f"""
    ALTER TABLE entry
        DROP CONSTRAINT uq_entry_kind_code,
        DROP CONSTRAINT ck_entry_parent,
        DROP CONSTRAINT ck_entry_rank,
        DROP CONSTRAINT ck_entry_initial,
        ADD CONSTRAINT uq_entry_kind_code UNIQUE NULLS NOT DISTINCT (kind, code, company_id),
        ADD CONSTRAINT ck_entry_parent CHECK (parent_id <> id AND (kind <> 'incident_type' OR parent_id IS NOT NULL)),
        ADD CONSTRAINT ck_entry_tree CHECK (parent_id IS NULL OR kind IN ('incident_type', {_TREES})),
        ADD CONSTRAINT ck_entry_initial CHECK (NOT is_initial OR (kind = 'status' AND active AND NOT is_final
            AND company_id IS NULL AND valid_from IS NULL AND valid_to IS NULL)),
        ADD CONSTRAINT ck_entry_rank CHECK ((kind IN ('severity', 'impact_level')) = (rank IS NOT NULL)),
        ADD CONSTRAINT ck_entry_validity CHECK (valid_from <= valid_to),
        ADD CONSTRAINT ck_entry_pattern CHECK (pattern IS NULL OR kind = 'indicator_type'),
        ADD CONSTRAINT ck_entry_single CHECK (NOT single OR kind = 'role'),
        ADD CONSTRAINT ck_entry_inverse CHECK ((kind = 'link_type') = (inverse_id IS NOT NULL)),
        ADD CONSTRAINT ck_entry_merged CHECK (merged_into_id IS NULL OR (NOT active AND merged_into_id <> id))
    """,
    "CREATE INDEX ix_translation_locale ON translation (locale)",
]
_TABLES = [
    """
    CREATE TABLE locale (
        tag text CONSTRAINT pk_locale PRIMARY KEY,
        id uuid NOT NULL CONSTRAINT uq_locale_id UNIQUE,
        active boolean NOT NULL,
        sequence bigint NOT NULL
    )
    """,
    """
    CREATE TABLE entry_change (
        id uuid CONSTRAINT pk_entry_change PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        entry_id uuid,
        kind text,
        code text NOT NULL,
        company_id uuid,
        actor_kind text NOT NULL,
        actor_id uuid NOT NULL,
        request_id text,
        operation text NOT NULL,
        changes jsonb NOT NULL
    )
    """,
    "CREATE INDEX ix_entry_change_at ON entry_change (at, id)",
    "CREATE INDEX ix_entry_change_entry_id ON entry_change (entry_id)",
]
_MANAGES_EVERYTHING = "(select current_setting('app.manage_all', true) = 'on')"
_MANAGES_SOMETHING = (
    f"({_MANAGES_EVERYTHING} or (select nullif(current_setting('app.manage_companies', true), '') is not null))"
)
_EVERYBODYS = f"company_id IS NULL AND {_MANAGES_SOMETHING}"
_WALLS = [
    *protect("entry_change", read=["manage"], insert=["manage", "review"]),
    f"CREATE POLICY entry_change_read_global ON entry_change FOR SELECT USING ({_EVERYBODYS})",
    "ALTER TABLE locale ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE locale FORCE ROW LEVEL SECURITY",
    "CREATE POLICY locale_read ON locale FOR SELECT USING (true)",
    f"CREATE POLICY locale_insert ON locale FOR INSERT WITH CHECK ({_MANAGES_EVERYTHING})",
    f"CREATE POLICY locale_update ON locale FOR UPDATE USING ({_MANAGES_EVERYTHING})",
]
_BEFORE = [
    "DROP TABLE entry_change",
    "DROP TABLE locale",
    "DROP INDEX ix_translation_locale",
    """
    ALTER TABLE entry
        DROP CONSTRAINT uq_entry_kind_code,
        DROP CONSTRAINT ck_entry_parent,
        DROP CONSTRAINT ck_entry_rank,
        DROP CONSTRAINT ck_entry_initial,
        DROP CONSTRAINT ck_entry_tree,
        DROP CONSTRAINT ck_entry_validity,
        DROP CONSTRAINT ck_entry_pattern,
        DROP CONSTRAINT ck_entry_single,
        DROP CONSTRAINT ck_entry_inverse,
        DROP CONSTRAINT ck_entry_merged,
        DROP COLUMN valid_from,
        DROP COLUMN valid_to,
        DROP COLUMN pattern,
        DROP COLUMN single,
        DROP COLUMN inverse_id,
        DROP COLUMN merged_into_id,
        ADD CONSTRAINT uq_entry_kind_code UNIQUE (kind, code),
        ADD CONSTRAINT ck_entry_parent CHECK ((kind = 'incident_type') = (parent_id IS NOT NULL)),
        ADD CONSTRAINT ck_entry_rank CHECK ((kind = 'severity') = (rank IS NOT NULL)),
        ADD CONSTRAINT ck_entry_initial CHECK (NOT is_initial OR (kind = 'status' AND active AND NOT is_final))
    """,
]


def upgrade() -> None:
    run(_ENTRY)
    run(_TABLES)
    run(_WALLS)


def downgrade() -> None:
    """Refused by the database as long as there are entries that it could not hold before."""
    for statement in _BEFORE:
        op.execute(statement)
