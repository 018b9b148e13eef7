"""How many incidents each company has for whom, kept by the database itself; and companies by last change."""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened, opened_by_hash

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Whose number it is: a member's, or one of these, which are no ids of anybody.
_OPEN_TO_ALL = "'ffffffff-ffff-ffff-ffff-fffffffffffe'::uuid"
_RESTRICTED = "'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid"
_AUDIENCES = f"CASE WHEN %s.restricted THEN %s.member_ids || {_RESTRICTED} ELSE ARRAY[{_OPEN_TO_ALL}] END"


def _audiences(row: str) -> str:
    return f"(SELECT DISTINCT audience FROM unnest({_AUDIENCES % (row, row)}) AS audience) AS audiences"  # noqa: S608  # no word of it is of anybody else


# No actor is told the wall `count`: only the function opens it, for as long as it runs. It takes the rows in the order
# of their key, so that two transactions never wait for one another.
_MECHANISM = [
    """
    CREATE TABLE incident_count (
        audience uuid,
        company_id uuid,
        number bigint NOT NULL,
        CONSTRAINT pk_incident_count PRIMARY KEY (audience, company_id)
    )
    """,
    f"""
    CREATE FUNCTION count_incident() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM set_config('app.count_all', 'on', true);
        INSERT INTO incident_count AS kept (audience, company_id, number)
        SELECT audience, company_id, sum(change) FROM (
            SELECT audience, OLD.company_id, -1 AS change FROM {_audiences("OLD")}
            WHERE TG_OP <> 'INSERT' AND OLD.deleted_at IS NULL
            UNION ALL
            SELECT audience, NEW.company_id, 1 FROM {_audiences("NEW")}
            WHERE TG_OP <> 'DELETE' AND NEW.deleted_at IS NULL
        ) AS changes GROUP BY audience, company_id HAVING sum(change) <> 0 ORDER BY audience, company_id
        ON CONFLICT ON CONSTRAINT pk_incident_count DO UPDATE SET number = kept.number + excluded.number;
        PERFORM set_config('app.count_all', '', true);
        RETURN NULL;
    END $$
    """,  # noqa: S608  # no word of it is of anybody else
    """
    CREATE TRIGGER count_incident AFTER INSERT OR DELETE ON incident
    FOR EACH ROW EXECUTE FUNCTION count_incident()
    """,
    """
    CREATE TRIGGER count_changed_incident AFTER UPDATE OF company_id, restricted, member_ids, deleted_at ON incident
    FOR EACH ROW WHEN ((OLD.company_id, OLD.restricted, OLD.member_ids, OLD.deleted_at)
        IS DISTINCT FROM (NEW.company_id, NEW.restricted, NEW.member_ids, NEW.deleted_at))
    EXECUTE FUNCTION count_incident()
    """,
]
# The owner is behind the walls too, and opens them for this one look at what is there.
_WALLS = ("view", "view_restricted")
_OPEN = "SELECT " + ", ".join(f"set_config('app.{wall}_all', '%s', true)" for wall in _WALLS)
_FILL = f"""
INSERT INTO incident_count
SELECT audience, company_id, count(*) FROM incident CROSS JOIN LATERAL {_audiences("incident")}
WHERE deleted_at IS NULL GROUP BY audience, company_id
"""  # noqa: S608  # no word of it is of anybody else
_PROTECTION = [
    "ALTER TABLE incident_count ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE incident_count FORCE ROW LEVEL SECURITY",
    f"""
    CREATE POLICY incident_count_read ON incident_count FOR SELECT USING ({opened_by_hash("view")} AND (
        audience = {_OPEN_TO_ALL}
        OR audience = {_RESTRICTED} AND {opened_by_hash("view_restricted")}
        OR {opened("view_member", "audience")}
    ))
    """,
    """
    CREATE POLICY incident_count_kept ON incident_count
    USING ((SELECT current_setting('app.count_all', true) = 'on'))
    """,
]
_INDEX = "CREATE INDEX ix_incident_company_updated ON incident (company_id, updated_at, id) WHERE deleted_at IS NULL"


def upgrade() -> None:
    run([*_MECHANISM, _OPEN % ("on", "on"), _FILL, _OPEN % ("", ""), *_PROTECTION, _INDEX])


def downgrade() -> None:
    op.execute("DROP INDEX ix_incident_company_updated")
    for trigger in ("count_incident", "count_changed_incident"):
        op.execute(f"DROP TRIGGER {trigger} ON incident")
    op.execute("DROP FUNCTION count_incident()")
    op.execute("DROP TABLE incident_count")
