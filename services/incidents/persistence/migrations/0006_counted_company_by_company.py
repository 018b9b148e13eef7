"""Incidents of a company are counted by one transaction at a time.

Each row of a transaction takes its numbers in the order of their key; but the next row of the same transaction begins
anew. A batch that had counted a restricted incident and then wanted to count an open one waited for whoever was
restricting another incident of the company, and that one for the batch.
"""

from chassis.migrations.mechanisms import run

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# The lock is the company's, held until the transaction ends. Nothing of what is counted is changed without it.
_LOCKED = """
    PERFORM pg_advisory_xact_lock(hashtextextended(counted.company_id::text, 7246110))
    FROM (SELECT DISTINCT each AS company_id FROM unnest(ARRAY[OLD.company_id, NEW.company_id]) AS each
        WHERE each IS NOT NULL ORDER BY each) AS counted;
"""
_OPEN_TO_ALL = "'ffffffff-ffff-ffff-ffff-fffffffffffe'::uuid"
_RESTRICTED = "'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid"
_AUDIENCES = f"CASE WHEN %s.restricted THEN %s.member_ids || {_RESTRICTED} ELSE ARRAY[{_OPEN_TO_ALL}] END"


def _audiences(row: str) -> str:
    return f"(SELECT DISTINCT audience FROM unnest({_AUDIENCES % (row, row)}) AS audience) AS audiences"  # noqa: S608  # no word of it is of anybody else


def _function(first: str) -> str:
    return f"""
    CREATE OR REPLACE FUNCTION count_incident() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        {first}
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
    """  # noqa: S608  # no word of it is of anybody else


def upgrade() -> None:
    run([_function(_LOCKED)])


def downgrade() -> None:
    run([_function("")])
