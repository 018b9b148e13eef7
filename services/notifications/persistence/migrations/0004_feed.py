"""The public feed: what all services tell, in one order, kept for a while in a partition for each day.

Events arrive in any order of their services and lanes, in several transactions at the same time. One transaction after
the other then gives them their place: `position` in the whole feed, which nobody outside ever sees, and `number` in the
stream of a company. Neither has gaps, and nothing ever comes to lie before what has been read.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened, seen_through

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_FACTS = """
        event_id uuid NOT NULL,
        source text NOT NULL,
        type text NOT NULL,
        subject uuid NOT NULL,
        company_id uuid,
        stream text NOT NULL,
        incident_id uuid,
        sequence bigint NOT NULL,
        time timestamptz NOT NULL,
        traceparent text,
        causation_id uuid,
        data jsonb NOT NULL
"""
_NAMES = """
        event_id, source, type, subject, company_id, stream, incident_id, sequence, time, traceparent, causation_id,
        data
"""
_TABLES = [
    f"""
    CREATE TABLE feed_arrival (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_feed_arrival PRIMARY KEY,
        {_FACTS}
    )
    """,
    f"""
    CREATE TABLE feed_event (
        position bigint,
        recorded_at timestamptz,
        number bigint NOT NULL,
        {_FACTS},
        CONSTRAINT pk_feed_event PRIMARY KEY (position, recorded_at)
    ) PARTITION BY RANGE (recorded_at)
    """,
    "CREATE INDEX ix_feed_event_company ON feed_event (company_id, position)",
    "CREATE INDEX ix_feed_event_incident ON feed_event (incident_id)",
    """
    CREATE TABLE feed_count (
        company_id uuid,
        stream text,
        number bigint NOT NULL,
        CONSTRAINT pk_feed_count PRIMARY KEY (company_id, stream)
    )
    """,
    """
    CREATE TABLE feed_head (
        id bigint CONSTRAINT pk_feed_head PRIMARY KEY,
        position bigint NOT NULL,
        dropped bigint NOT NULL,
        cursor_key bytea NOT NULL
    )
    """,
]
_LOCK = 7_246_020
_NO_COMPANY = "'00000000-0000-0000-0000-000000000000'::uuid"
# Cursors are encrypted with a random key of this installation, the same for all processes.
_KEY = """
    CREATE FUNCTION feed_cursor_key() RETURNS bytea LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    BEGIN
        INSERT INTO feed_head (id, position, dropped, cursor_key)
        VALUES (1, 0, 0, decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'))
        ON CONFLICT DO NOTHING;
        RETURN (SELECT cursor_key FROM feed_head);
    END $$
"""
# Every statement of it sees what was committed before it began, so that who waited for the lock sees all before.
_ORDER = f"""
    CREATE FUNCTION order_feed(most bigint) RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE ordered bigint;
    BEGIN
        PERFORM set_config('app.system_all', 'on', true);
        IF NOT EXISTS (SELECT FROM feed_arrival) THEN
            RETURN 0;
        ELSIF NOT pg_try_advisory_xact_lock({_LOCK}) THEN
            RETURN -1;
        END IF;
        PERFORM feed_cursor_key();
        WITH taken AS (
            DELETE FROM feed_arrival WHERE id = any (ARRAY(SELECT id FROM feed_arrival ORDER BY id LIMIT most))
            RETURNING *
        ), placed AS (
            SELECT *, row_number() OVER (ORDER BY id) AS place, coalesce(company_id, {_NO_COMPANY}) AS owner,
                   row_number() OVER (PARTITION BY company_id, stream ORDER BY id DESC) AS before_last
            FROM taken
        ), counted AS (
            INSERT INTO feed_count AS known SELECT owner, stream, count(*) FROM placed GROUP BY owner, stream
            ON CONFLICT ON CONSTRAINT pk_feed_count DO UPDATE SET number = known.number + excluded.number
            RETURNING company_id, stream, number
        ), head AS (
            UPDATE feed_head SET position = position + (SELECT count(*) FROM taken) RETURNING position
        )
        INSERT INTO feed_event (position, recorded_at, number, {_NAMES})
        SELECT head.position - (SELECT count(*) FROM taken) + place, clock.now, counted.number - before_last + 1,
               event_id, source, type, subject, placed.company_id, placed.stream, incident_id, sequence, time,
               traceparent, causation_id, data
        FROM placed JOIN counted ON counted.company_id = owner AND counted.stream = placed.stream
            CROSS JOIN head CROSS JOIN (SELECT clock_timestamp() AS now OFFSET 0) AS clock;
        GET DIAGNOSTICS ordered = ROW_COUNT;
        RETURN ordered;
    END $$
"""  # noqa: S608  # names of ours
_DAYS_AHEAD = 7
# The parts of the table are nobody's: they are reached through the whole, whose walls hold.
_DAYS = f"""
    CREATE FUNCTION keep_feed_days(days bigint) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' SET lock_timeout = '5s' AS $$
    DECLARE day date; part record; gone bigint := 0; last bigint;
    BEGIN
        PERFORM set_config('app.system_all', 'on', true);
        FOR ahead IN 0 .. {_DAYS_AHEAD} LOOP
            day := current_date + ahead;
            CONTINUE WHEN to_regclass('public.feed_event_' || to_char(day, 'YYYYMMDD')) IS NOT NULL;
            EXECUTE format('CREATE TABLE public.feed_event_%s PARTITION OF public.feed_event
                            FOR VALUES FROM (%L) TO (%L)', to_char(day, 'YYYYMMDD'), day, day + 1);
            EXECUTE format('ALTER TABLE public.feed_event_%s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY',
                           to_char(day, 'YYYYMMDD'));
        END LOOP;
        FOR part IN SELECT relname FROM pg_inherits JOIN pg_class ON oid = inhrelid
                    WHERE inhparent = 'public.feed_event'::regclass
                        AND right(relname, 8)::date < current_date - days::int ORDER BY relname LOOP
            SELECT max(position) INTO last FROM public.feed_event
                WHERE recorded_at >= right(part.relname, 8)::date AND recorded_at < right(part.relname, 8)::date + 1;
            UPDATE public.feed_head SET dropped = greatest(dropped, coalesce(last, 0));
            EXECUTE format('DROP TABLE public.%I', part.relname);
            gone := gone + 1;
        END LOOP;
        RETURN gone;
    END $$
"""  # noqa: S608  # names of ours
_OF_SEEN = f"(incident_id IS NULL OR {seen_through('incident_ref', 'feed_event.incident_id')})"
_READ = f"""
    {opened("system")}
    OR stream IN ('incidents', 'restricted') AND {opened("view")} AND {_OF_SEEN}
    OR stream = 'units' AND {opened("feed_units")}
    OR stream = 'company' AND {opened("feed_anywhere")}
    OR stream = 'everyone' AND company_id IS NULL
"""
_SYSTEM = opened("system")


def _only_system(table: str, *operations: str) -> list[str]:
    """Outside of what events do there is nobody who reads or writes it."""
    rules = {
        "SELECT": f"USING ({_SYSTEM})",
        "INSERT": f"WITH CHECK ({_SYSTEM})",
        "UPDATE": f"USING ({_SYSTEM}) WITH CHECK ({_SYSTEM})",
        "DELETE": f"USING ({_SYSTEM})",
    }
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        *(f"CREATE POLICY {table}_{each.lower()} ON {table} FOR {each} {rules[each]}" for each in operations),
    ]


def upgrade() -> None:
    run(
        [
            *_TABLES,
            *_only_system("feed_arrival", "SELECT", "INSERT", "DELETE"),
            *_only_system("feed_count", "SELECT", "INSERT", "UPDATE"),
            *_only_system("feed_event", "INSERT", "DELETE"),
            f"CREATE POLICY feed_event_read ON feed_event FOR SELECT USING ({_READ})",
            _KEY,
            _ORDER,
            _DAYS,
            "REVOKE EXECUTE ON FUNCTION keep_feed_days(bigint) FROM PUBLIC",
            "SELECT keep_feed_days(30)",
        ]
    )


def downgrade() -> None:
    for function in ("keep_feed_days(bigint)", "order_feed(bigint)", "feed_cursor_key()"):
        op.execute(f"DROP FUNCTION {function}")
    for table in ("feed_head", "feed_count", "feed_event", "feed_arrival"):
        op.execute(f"DROP TABLE {table}")
