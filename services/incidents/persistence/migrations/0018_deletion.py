"""What is deleted says why, can be held, and is purged by a function that takes nothing that is not due."""

from alembic import op

from chassis.migrations.mechanisms import run

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_COLUMNS = """
ALTER TABLE incident
    ADD deleted_by_id uuid,
    ADD delete_reason text,
    ADD held boolean NOT NULL DEFAULT false,
    ADD purged_at timestamptz
"""
_INDEX = """
CREATE INDEX ix_incident_deleted ON incident (deleted_at, id) WHERE deleted_at IS NOT NULL AND purged_at IS NULL
"""
# The owner is behind the walls too. The function opens them for as long as it runs, by a setting that no actor is
# told, and a policy of each table that has none yet; it waits for no lock that somebody holds for long. The service
# itself may not delete from histories: what it asks for is looked at once more here. The caller holds the incident.
_FUNCTION = """
CREATE FUNCTION purge_incident(purged uuid) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public SET lock_timeout = '5s' AS $$
DECLARE
    part record;
    number bigint;
    removed jsonb := '{}';
BEGIN
    PERFORM 1 FROM public.incident WHERE id = purged AND deleted_at < now() - interval '30 days'
        AND NOT held AND purged_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'incident % is not due to be purged', purged USING ERRCODE = 'check_violation';
    END IF;
    PERFORM set_config('app.purge_all', 'on', true);
    FOR part IN
        SELECT c.relname AS name, a.attname AS key FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT a.attisdropped
            AND (a.attname = 'incident_id' OR (c.relname, a.attname) IN
                (('incident_link', 'other_id'), ('incident_source', 'holder_id')))
        ORDER BY c.relname, a.attname
    LOOP
        IF NOT EXISTS (SELECT FROM pg_policies WHERE schemaname = 'public' AND tablename = part.name
                AND policyname = part.name || '_purge') THEN
            EXECUTE format('CREATE POLICY %I ON public.%I USING '
                '((SELECT current_setting(''app.purge_all'', true) = ''on''))', part.name || '_purge', part.name);
        END IF;
        EXECUTE format('DELETE FROM public.%I WHERE %I = $1', part.name, part.key) USING purged;
        GET DIAGNOSTICS number = ROW_COUNT;
        removed := removed || jsonb_build_object(part.name,
            number + coalesce((removed ->> part.name)::bigint, 0));
    END LOOP;
    PERFORM set_config('app.purge_all', '', true);
    RETURN removed;
END $$
"""
_PARTS = (
    *("incident_change", "status_interval", "incident_source", "incident_comment", "incident_role", "incident_link"),
    *("incident_timeline_entry", "incident_task", "incident_task_assignee", "incident_deadline", "incident_search"),
)
# What is there by now has its policies from the beginning; making one waits for all who use the table.
_POLICIES = """
DO $$
DECLARE
    part record;
BEGIN
    FOR part IN
        SELECT DISTINCT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT a.attisdropped
            AND (a.attname = 'incident_id' OR c.relname = 'incident_source')
    LOOP
        EXECUTE format('CREATE POLICY %I ON public.%I USING '
            '((SELECT current_setting(''app.purge_all'', true) = ''on''))', part.name || '_purge', part.name);
    END LOOP;
END $$
"""


def upgrade() -> None:
    run([_COLUMNS, _INDEX, _FUNCTION, _POLICIES])


def downgrade() -> None:
    op.execute("DROP FUNCTION purge_incident(uuid)")
    for table in _PARTS:
        op.execute(f"DROP POLICY IF EXISTS {table}_purge ON {table}")
    op.execute("DROP INDEX ix_incident_deleted")
    op.execute("ALTER TABLE incident DROP deleted_by_id, DROP delete_reason, DROP held, DROP purged_at")
