"""A search for frequent words looks among the newest documents first, and then among older ones if it has too few.

All documents with a word of one in a hundred were looked at before the newest of them were taken: ten thousand among a
million. PostgreSQL estimates how many fit, from which follows in how long a time there should be as many as are ranked.
A small index tells where in the table the documents of that time lie, so of what fits only these are looked at.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import confided_rows, opened

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

# Ids begin with the milliseconds at which they were made. What was changed lies elsewhere, so ranges of pages remember
# several stretches.
_INDEX = """
CREATE INDEX ix_incident_search_time ON incident_search USING brin (incident_id uuid_minmax_multi_ops)
WITH (pages_per_range = 32, autosummarize = on)
"""
_TIMES = [
    """
    CREATE FUNCTION made_at(id uuid) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
        SELECT ('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint
    $$
    """,
    """
    CREATE FUNCTION first_made_at(moment bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
        SELECT rpad(lpad(to_hex(moment), 12, '0'), 32, '0')::uuid
    $$
    """,
]
_MEANT = """
        everywhere boolean := coalesce(current_setting('app.view_all', true), '') = 'on';
        seen uuid[] := string_to_array(nullif(current_setting('app.view_companies', true), ''), ',')::uuid[];
        meant uuid[]; sought tsquery := wanted; those tsquery; company uuid;
"""
_BEGINNING = """
        meant := CASE WHEN everywhere THEN companies WHEN companies IS NULL THEN coalesce(seen, '{}')
            ELSE ARRAY(SELECT unnest(companies) INTERSECT SELECT unnest(seen)) END;
        IF wanted IS NULL OR cardinality(meant) = 0 THEN
            RETURN;
        END IF;
        IF cardinality(meant) <= 20 THEN
            FOREACH company IN ARRAY meant LOOP
                those := coalesce(those || to_tsquery_of(company_word(company)), to_tsquery_of(company_word(company)));
            END LOOP;
            sought := wanted && those;
        END IF;
"""
_HELD = f"""
            SELECT found.incident_id, ts_rank('{{0.1, 0.2, 0.4, 1.0}}', found.document, $1, 1) FROM (
                SELECT held.incident_id, held.document FROM incident_search AS held
                WHERE held.document @@ $2 AND ($3 IS NULL OR held.company_id = any ($3))
                    AND {opened("view")} AND {confided_rows()}%s
                ORDER BY held.incident_id DESC LIMIT $4
            ) AS found
"""  # noqa: S608  # no word of it is of anybody else
_MORE = 2  # times as much time as should be enough, for no word is as frequent at all times
_SMALL = 0.5  # of all the time there is; less is not worth looking twice
# VOLATILE only because nothing else may ask for estimates.
_FUNCTION = """
    CREATE OR REPLACE FUNCTION search_incidents(wanted tsquery, companies uuid[], most bigint)
    RETURNS TABLE (incident_id uuid, rank real) LANGUAGE plpgsql {kind} SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    DECLARE {declared}
    BEGIN
        {body}
    END $$
"""
_ESTIMATED = "EXPLAIN (FORMAT JSON) SELECT FROM incident_search WHERE document @@ $1"
_NEWEST_FIRST = f"""
        EXECUTE '{_ESTIMATED}' INTO plan USING sought;
        part := {_MORE} * most / greatest((plan->0->'Plan'->>'Plan Rows')::float, 1);
        IF part < {_SMALL} THEN
            SELECT made_at(held.incident_id) INTO last FROM incident_search AS held
                ORDER BY held.incident_id DESC LIMIT 1;
            SELECT made_at(held.incident_id) INTO first FROM incident_search AS held
                ORDER BY held.incident_id LIMIT 1;
            since := first_made_at(last - (part * (last - first))::bigint);
            RETURN QUERY EXECUTE $query${_HELD % " AND held.incident_id >= $5"}$query$
                USING wanted, sought, meant, most, since;
            GET DIAGNOSTICS found = ROW_COUNT;
        END IF;
        IF found < most THEN
            RETURN QUERY EXECUTE $query${_HELD % " AND ($5 IS NULL OR held.incident_id < $5)"}$query$
                USING wanted, sought, meant, most - found, since;
        END IF;
"""  # noqa: S608  # likewise
_STRETCH = "plan json; part float; first bigint; last bigint; since uuid; found bigint := 0;"
_AT_ONCE = f"RETURN QUERY EXECUTE $query${_HELD % ''}$query$ USING wanted, sought, meant, most;"


def upgrade() -> None:
    function = _FUNCTION.format(kind="VOLATILE", declared=_MEANT + _STRETCH, body=_BEGINNING + _NEWEST_FIRST)
    run([_INDEX, *_TIMES, function])


def downgrade() -> None:
    op.execute(_FUNCTION.format(kind="STABLE", declared=_MEANT, body=_BEGINNING + _AT_ONCE))
    for function in ("first_made_at(bigint)", "made_at(uuid)"):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("DROP INDEX ix_incident_search_time")
