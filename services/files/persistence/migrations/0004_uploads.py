"""Files are uploaded to the store by whoever brings them, checked before anybody gets them, and never quite forgotten.

What was asked for and is not there yet is an `upload`; once its bytes are in the store it is a `file` that waits in
`file_check` until a worker has looked at it. What happened to a file stays in `file_custody`, which nobody changes.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened, protect, seen_through

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLES = [
    """
    ALTER TABLE file
        ADD detected_type text,
        ADD has_preview boolean NOT NULL DEFAULT false,
        ADD findings jsonb NOT NULL DEFAULT '[]',
        ADD tlp text,
        ADD description text NOT NULL DEFAULT '',
        ADD version bigint NOT NULL DEFAULT 1,
        ADD replaced_at timestamptz,
        ADD replaced_by_id uuid,
        ADD deleted_by_id uuid,
        ADD delete_reason text,
        ADD purge_at timestamptz,
        ADD purged_at timestamptz,
        ALTER sha256 DROP NOT NULL,
        ADD CONSTRAINT ck_file_checked CHECK (state <> 'AVAILABLE' OR sha256 IS NOT NULL),
        ADD CONSTRAINT ck_file_deleted CHECK ((deleted_at IS NULL) = (delete_reason IS NULL))
    """,
    """
    CREATE INDEX ix_file_present ON file (company_id) INCLUDE (size) WHERE purged_at IS NULL
    """,
    """
    CREATE UNIQUE INDEX uq_file_main_report ON file (incident_id)
    WHERE kind = 'MAIN_REPORT' AND state = 'AVAILABLE' AND replaced_at IS NULL AND deleted_at IS NULL
    """,
    "CREATE INDEX ix_file_purge ON file (purge_at) WHERE purge_at IS NOT NULL AND purged_at IS NULL",
    """
    CREATE TABLE upload (
        id uuid CONSTRAINT pk_upload PRIMARY KEY,
        company_id uuid NOT NULL,
        incident_id uuid NOT NULL,
        kind text NOT NULL,
        name text NOT NULL,
        size bigint NOT NULL,
        media_type text NOT NULL,
        sha256 text,
        tlp text,
        description text NOT NULL,
        parts_id text,
        requested_by_id uuid NOT NULL,
        requested_at timestamptz NOT NULL,
        abandoned_at timestamptz
    )
    """,
    "CREATE INDEX ix_upload_company ON upload (company_id) INCLUDE (size, requested_by_id)",
    "CREATE INDEX ix_upload_incident ON upload (incident_id)",
    "CREATE INDEX ix_upload_requested_at ON upload (requested_at)",
    """
    CREATE TABLE file_check (
        file_id uuid CONSTRAINT pk_file_check PRIMARY KEY
            CONSTRAINT fk_file_check_file_id_file REFERENCES file ON DELETE CASCADE,
        company_id uuid NOT NULL,
        promised_sha256 text,
        next_at timestamptz NOT NULL,
        attempts bigint NOT NULL
    )
    """,
    "CREATE INDEX ix_file_check_next_at ON file_check (next_at)",
    """
    CREATE TABLE file_custody (
        file_id uuid,
        number bigint,
        company_id uuid NOT NULL,
        incident_id uuid NOT NULL,
        at timestamptz NOT NULL,
        actor_kind text NOT NULL,
        actor_id uuid NOT NULL,
        request_id text,
        operation text NOT NULL,
        details jsonb NOT NULL,
        CONSTRAINT pk_file_custody PRIMARY KEY (file_id, number)
    )
    """,
    """
    CREATE TABLE file_retention (
        company_id uuid,
        kind text,
        days bigint NOT NULL CONSTRAINT ck_file_retention_days CHECK (days BETWEEN 1 AND 36500),
        version bigint NOT NULL,
        CONSTRAINT pk_file_retention PRIMARY KEY (company_id, kind)
    )
    """,
    "CREATE INDEX ix_file_custody_incident ON file_custody (incident_id, at, file_id, number)",
]


def _of_seen(table: str) -> str:
    return seen_through("incident_ref", f"{table}.incident_id")


def _shown(table: str) -> str:
    return f"({opened('view')} AND {_of_seen(table)})"


def _edited(table: str) -> str:
    return f"({opened('edit')} AND {_of_seen(table)})"


def _changed(table: str) -> str:
    return f"(({opened('edit')} OR {opened('delete')}) AND {_of_seen(table)})"


_WALLS = [
    *(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY" for table in ("upload", "file_check", "file_custody")),
    *(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY" for table in ("upload", "file_check", "file_custody")),
    f"CREATE POLICY upload_edit ON upload USING {_edited('upload')}",
    f"CREATE POLICY upload_read ON upload FOR SELECT USING {_shown('upload')}",
    f"CREATE POLICY upload_system ON upload USING ({opened('system')})",
    f"CREATE POLICY file_update ON file FOR UPDATE USING {_changed('file')}",
    f"CREATE POLICY file_system ON file USING ({opened('system')})",
    f"CREATE POLICY file_check_insert ON file_check FOR INSERT WITH CHECK ({opened('edit')})",
    f"CREATE POLICY file_check_system ON file_check USING ({opened('system')})",
    f"CREATE POLICY file_custody_read ON file_custody FOR SELECT USING {_shown('file_custody')}",
    f"CREATE POLICY file_custody_insert ON file_custody FOR INSERT WITH CHECK {_changed('file_custody')}",
    # Nobody changes what is written there; it goes only with its incident.
    f"CREATE POLICY file_custody_system_read ON file_custody FOR SELECT USING ({opened('system')})",
    f"CREATE POLICY file_custody_system_insert ON file_custody FOR INSERT WITH CHECK ({opened('system')})",
    f"CREATE POLICY file_custody_system_delete ON file_custody FOR DELETE USING ({opened('system')})",
]


def upgrade() -> None:
    run(_TABLES)
    run(_WALLS)
    run(protect("file_retention", read=["view", "system"], insert=["manage"], update=["manage"]))


def downgrade() -> None:
    run(
        [
            *(f"DROP TABLE {table}" for table in ("file_retention", "file_custody", "file_check", "upload")),
            *(f"DROP POLICY {policy} ON file" for policy in ("file_update", "file_system")),
            "DELETE FROM file WHERE sha256 IS NULL",
        ]
    )
    op.execute(
        "ALTER TABLE file DROP detected_type, DROP has_preview, DROP findings, DROP tlp, DROP description, "
        "DROP version, DROP replaced_at, DROP replaced_by_id, DROP deleted_by_id, DROP delete_reason, "
        "DROP purge_at, DROP purged_at, ALTER sha256 SET NOT NULL"
    )
