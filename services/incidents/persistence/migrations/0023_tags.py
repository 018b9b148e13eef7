"""Which tags the incidents of each company have, and how many of them for whom, kept by the database itself."""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened, opened_by_hash

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_OPEN_TO_ALL = "'ffffffff-ffff-ffff-ffff-fffffffffffe'::uuid"
_RESTRICTED = "'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid"


def _tagged(row: str) -> str:
    """Each tag for each audience."""
    audiences = f"CASE WHEN {row}.restricted THEN {row}.member_ids || {_RESTRICTED} ELSE ARRAY[{_OPEN_TO_ALL}] END"
    return f"""
        (SELECT DISTINCT tag, audience FROM unnest({row}.tags) AS tag CROSS JOIN unnest({audiences}) AS audience)
        AS tagged
    """  # noqa: S608  # no word of it is of anybody else


# The lock is that of the numbers of incidents, and the wall too. So whoever changes an incident with tags waits for the
# others of the company who do, as those do who register one.
_MECHANISM = [
    """
    CREATE TABLE incident_tag (
        company_id uuid,
        tag text COLLATE "C",
        audience uuid,
        number bigint NOT NULL,
        CONSTRAINT pk_incident_tag PRIMARY KEY (company_id, tag, audience)
    )
    """,
    "CREATE INDEX ix_incident_tag_number ON incident_tag (company_id, audience, number DESC)",
    f"""
    CREATE FUNCTION count_tags() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended(counted.company_id::text, 7246110))
        FROM (SELECT DISTINCT each AS company_id FROM unnest(ARRAY[OLD.company_id, NEW.company_id]) AS each
            WHERE each IS NOT NULL ORDER BY each) AS counted;
        PERFORM set_config('app.count_all', 'on', true);
        INSERT INTO incident_tag AS kept (company_id, tag, audience, number)
        SELECT company_id, tag, audience, sum(change) FROM (
            SELECT OLD.company_id, tag, audience, -1 AS change FROM {_tagged("OLD")}
            WHERE TG_OP <> 'INSERT' AND OLD.deleted_at IS NULL
            UNION ALL
            SELECT NEW.company_id, tag, audience, 1 FROM {_tagged("NEW")}
            WHERE TG_OP <> 'DELETE' AND NEW.deleted_at IS NULL
        ) AS changes GROUP BY company_id, tag, audience HAVING sum(change) <> 0 ORDER BY company_id, tag, audience
        ON CONFLICT ON CONSTRAINT pk_incident_tag DO UPDATE SET number = kept.number + excluded.number;
        IF TG_OP <> 'INSERT' THEN
            DELETE FROM incident_tag WHERE company_id = OLD.company_id AND tag = any(OLD.tags) AND number = 0;
        END IF;
        PERFORM set_config('app.count_all', '', true);
        RETURN NULL;
    END $$
    """,  # noqa: S608  # no word of it is of anybody else
    """
    CREATE TRIGGER count_new_tags AFTER INSERT ON incident
    FOR EACH ROW WHEN (cardinality(NEW.tags) > 0) EXECUTE FUNCTION count_tags()
    """,
    """
    CREATE TRIGGER count_lost_tags AFTER DELETE ON incident
    FOR EACH ROW WHEN (cardinality(OLD.tags) > 0) EXECUTE FUNCTION count_tags()
    """,
    """
    CREATE TRIGGER count_changed_tags AFTER UPDATE OF company_id, tags, restricted, member_ids, deleted_at ON incident
    FOR EACH ROW WHEN (cardinality(OLD.tags) + cardinality(NEW.tags) > 0
        AND (OLD.company_id, OLD.tags, OLD.restricted, OLD.member_ids, OLD.deleted_at)
        IS DISTINCT FROM (NEW.company_id, NEW.tags, NEW.restricted, NEW.member_ids, NEW.deleted_at))
    EXECUTE FUNCTION count_tags()
    """,
]
# The owner is behind the walls too, and opens them for this one look at what is there.
_WALLS = ("view", "view_restricted")
_OPEN = "SELECT " + ", ".join(f"set_config('app.{wall}_all', '%s', true)" for wall in _WALLS)
_FILL = f"""
INSERT INTO incident_tag (company_id, tag, audience, number)
SELECT company_id, tag, audience, count(*) FROM incident CROSS JOIN LATERAL {_tagged("incident")}
WHERE deleted_at IS NULL GROUP BY company_id, tag, audience
"""  # noqa: S608  # no word of it is of anybody else
_PROTECTION = [
    "ALTER TABLE incident_tag ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE incident_tag FORCE ROW LEVEL SECURITY",
    f"""
    CREATE POLICY incident_tag_read ON incident_tag FOR SELECT USING ({opened_by_hash("view")} AND (
        audience = {_OPEN_TO_ALL}
        OR audience = {_RESTRICTED} AND {opened_by_hash("view_restricted")}
        OR {opened("view_member", "audience")}
    ))
    """,
    """
    CREATE POLICY incident_tag_kept ON incident_tag
    USING ((SELECT current_setting('app.count_all', true) = 'on'))
    """,
]


def upgrade() -> None:
    run([*_MECHANISM, _OPEN % ("on", "on"), _FILL, _OPEN % ("", ""), *_PROTECTION])


def downgrade() -> None:
    for trigger in ("count_new_tags", "count_lost_tags", "count_changed_tags"):
        op.execute(f"DROP TRIGGER {trigger} ON incident")
    op.execute("DROP FUNCTION count_tags()")
    op.execute("DROP TABLE incident_tag")
