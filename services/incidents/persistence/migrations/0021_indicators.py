"""Indicators, and which incidents they stand in; what stands in no incident any more is forgotten."""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened, protect, seen_through

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_TABLES = [
    """
    CREATE TABLE indicator (
        id uuid CONSTRAINT pk_indicator PRIMARY KEY,
        company_id uuid NOT NULL,
        incident_id uuid,
        type_id uuid NOT NULL,
        type_code text NOT NULL,
        value text NOT NULL,
        form text NOT NULL,
        digest uuid NOT NULL,
        tlp text NOT NULL,
        pap text NOT NULL,
        is_ioc boolean NOT NULL,
        confidence bigint,
        first_seen timestamptz,
        last_seen timestamptz,
        valid_until timestamptz,
        description text,
        tags text[] NOT NULL,
        attack_ids text[] NOT NULL,
        whitelisted boolean NOT NULL,
        created_at timestamptz NOT NULL,
        created_by_id uuid NOT NULL,
        version bigint NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX uq_indicator_digest ON indicator (digest, company_id, type_id) WHERE incident_id IS NULL",
    """
    CREATE UNIQUE INDEX uq_indicator_incident_digest ON indicator (incident_id, digest, type_id)
    WHERE incident_id IS NOT NULL
    """,
    "CREATE INDEX ix_indicator_company_id ON indicator (company_id, id)",
    """
    CREATE TABLE incident_indicator (
        id uuid CONSTRAINT pk_incident_indicator PRIMARY KEY,
        incident_id uuid NOT NULL,
        company_id uuid NOT NULL,
        created_at timestamptz NOT NULL,
        created_by_id uuid NOT NULL,
        version bigint NOT NULL,
        indicator_id uuid NOT NULL,
        type_id uuid NOT NULL,
        digest uuid NOT NULL,
        role text NOT NULL,
        sighted boolean NOT NULL,
        sighted_at timestamptz,
        ignore_similarity boolean NOT NULL,
        note text
    )
    """,
    "CREATE UNIQUE INDEX uq_incident_indicator_digest ON incident_indicator (incident_id, digest, type_id)",
    "CREATE INDEX ix_incident_indicator_incident_id ON incident_indicator (incident_id, id)",
    "CREATE INDEX ix_incident_indicator_indicator_id ON incident_indicator (indicator_id)",
    "CREATE INDEX ix_incident_indicator_digest ON incident_indicator (digest, company_id, id)",
]
_SEEN = seen_through("incident", "incident_indicator.incident_id")
_KNOWN = f"(indicator.incident_id is null or {seen_through('incident', 'indicator.incident_id')})"


def _rules(table: str, seen: str) -> list[str]:
    read, write = f"{opened('view')} and {seen}", f"{opened('edit')} and {seen}"
    return [
        f"ALTER POLICY {table}_read ON {table} USING ({read})",
        f"ALTER POLICY {table}_insert ON {table} WITH CHECK ({write})",
        f"ALTER POLICY {table}_update ON {table} USING ({write}) WITH CHECK ({write})",
    ]


# No actor is told the wall `forget`: only the function opens it, for as long as it runs. Who gives an incident an
# indicator, or takes one away, holds the lock of the company until the commit: so nobody gives away what is forgotten
# at the same moment.
_FORGETTING = [
    """
    CREATE FUNCTION forget_indicator() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(OLD.company_id::text, 7246111));
        PERFORM set_config('app.forget_all', 'on', true);
        DELETE FROM indicator WHERE id = OLD.indicator_id
            AND NOT EXISTS (SELECT FROM incident_indicator WHERE indicator_id = OLD.indicator_id);
        PERFORM set_config('app.forget_all', '', true);
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER forget_indicator AFTER DELETE ON incident_indicator
    FOR EACH ROW EXECUTE FUNCTION forget_indicator()
    """,
    """
    CREATE TRIGGER forget_indicator_moved AFTER UPDATE OF indicator_id ON incident_indicator
    FOR EACH ROW WHEN (OLD.indicator_id <> NEW.indicator_id) EXECUTE FUNCTION forget_indicator()
    """,
    """
    CREATE POLICY indicator_forgotten ON indicator
    USING ((SELECT current_setting('app.forget_all', true) = 'on'))
    """,
    """
    CREATE POLICY incident_indicator_counted ON incident_indicator FOR SELECT
    USING ((SELECT current_setting('app.forget_all', true) = 'on'))
    """,
]


def upgrade() -> None:
    run(
        [
            *_TABLES,
            *protect("indicator", insert=["edit"], update=["edit"]),
            *_rules("indicator", _KNOWN),
            *protect("incident_indicator", insert=["edit"], update=["edit"], delete=["edit"]),
            *_rules("incident_indicator", _SEEN),
            f"ALTER POLICY incident_indicator_delete ON incident_indicator USING ({opened('edit')} and {_SEEN})",
            *_FORGETTING,
        ]
    )


def downgrade() -> None:
    op.execute("DROP TABLE incident_indicator")
    op.execute("DROP FUNCTION forget_indicator()")
    op.execute("DROP TABLE indicator")
