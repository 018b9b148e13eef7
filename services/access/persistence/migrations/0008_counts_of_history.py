"""How many entries the history has for whom, kept by the database itself; companies looked up in those seen by hash.

The number is that of a set of companies: entries concern one, or those of a user or of a group, so that there are far
fewer sets than entries.
"""

from alembic import op

from chassis.migrations.mechanisms import run

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ALL = "(select current_setting('app.audit_all', true) = 'on')"
_LIST = "string_to_array(nullif(current_setting('app.audit_companies', true), ''), ',')"
_SEEN = f"(select unnest({_LIST})::uuid)"
_ANY = "(select coalesce(current_setting('app.audit_companies', true), '') <> '')"
# Most entries concern one company. Of the others each company is looked up; by EXISTS it would be done the other way
# round, two thousand companies in the few of the entry.
_OF_SEEN = f"""(company_ids[1] in {_SEEN} or cardinality(company_ids) > 1
    and (select bool_or(one in {_SEEN}) from unnest(company_ids[2:]) as one))"""  # noqa: S608  # no word of it is of anybody else
_READ = f"{_ALL} or every_company and {_ANY} or {_OF_SEEN}"
_READ_BEFORE = f"{_ALL} or company_ids && (select {_LIST}::uuid[]) or (every_company and {_ANY})"

_TABLE = """
CREATE TABLE access_change_count (
    id uuid CONSTRAINT pk_access_change_count PRIMARY KEY,
    every_company boolean NOT NULL,
    company_ids uuid[] NOT NULL,
    number bigint NOT NULL
)
"""
_ID = "md5({0}every_company::text || {0}company_ids::text)::uuid"
# At the commit, when the transaction waits for nothing else any more: one at a time is never part of a circle.
# No actor is told the wall `count`: only the function opens it, for as long as it runs.
_MECHANISM = [
    f"""
    CREATE FUNCTION count_access_change() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        entry access_change := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    BEGIN
        PERFORM pg_advisory_xact_lock(7246105);
        PERFORM set_config('app.count_all', 'on', true);
        INSERT INTO access_change_count AS kept (id, every_company, company_ids, number)
        VALUES ({_ID.format("entry.")}, entry.every_company, entry.company_ids,
            CASE TG_OP WHEN 'DELETE' THEN -1 ELSE 1 END)
        ON CONFLICT ON CONSTRAINT pk_access_change_count DO UPDATE SET number = kept.number + excluded.number;
        PERFORM set_config('app.count_all', '', true);
        RETURN NULL;
    END $$
    """,  # noqa: S608  # no word of it is of anybody else
    """
    CREATE CONSTRAINT TRIGGER count_access_change AFTER INSERT OR DELETE ON access_change
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION count_access_change()
    """,
]
# The owner is behind the walls too, and opens one for this look at what is there.
_OPEN = "SELECT set_config('app.audit_all', '{}', true)"
_FILL = f"""
INSERT INTO access_change_count
SELECT {_ID.format("")}, every_company, company_ids, count(*) FROM access_change GROUP BY every_company, company_ids
"""  # noqa: S608  # no word of it is of anybody else
_PROTECTION = [
    "ALTER TABLE access_change_count ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE access_change_count FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY access_change_count_read ON access_change_count FOR SELECT USING ({_READ})",
    """
    CREATE POLICY access_change_count_kept ON access_change_count
    USING ((SELECT current_setting('app.count_all', true) = 'on'))
    """,
]


def upgrade() -> None:
    run([_TABLE, *_MECHANISM, _OPEN.format("on"), _FILL, _OPEN.format(""), *_PROTECTION])
    run([f"ALTER POLICY access_change_read ON access_change USING ({_READ})"])


def downgrade() -> None:
    run([f"ALTER POLICY access_change_read ON access_change USING ({_READ_BEFORE})"])
    op.execute("DROP TRIGGER count_access_change ON access_change")
    op.execute("DROP FUNCTION count_access_change()")
    op.execute("DROP TABLE access_change_count")
