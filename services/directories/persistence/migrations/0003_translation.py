"""How far each translation can be relied on, and who may review it; jobs that translate, and the glossary.

Reviewers change the texts of what belongs to the companies where they may review, and everybody's when they may in
every company. Jobs and the glossary are the whole installation's: they take managing every company.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TABLES = [
    """
    ALTER TABLE translation
        ADD state text NOT NULL DEFAULT 'REVIEWED'
            CONSTRAINT ck_translation_state CHECK (state IN ('MACHINE', 'REVIEWED', 'STALE')),
        ADD source_hash text,
        ADD engine text,
        ADD reviewed_by uuid,
        ADD reviewed_at timestamptz
    """,
    "CREATE INDEX ix_translation_state ON translation (state, locale) WHERE state <> 'REVIEWED'",
    """
    CREATE TABLE translation_source (
        single boolean CONSTRAINT pk_translation_source PRIMARY KEY
            CONSTRAINT ck_translation_source_single CHECK (single),
        locale text NOT NULL
    )
    """,
    """
    CREATE TABLE translation_job (
        id uuid CONSTRAINT pk_translation_job PRIMARY KEY,
        locale text NOT NULL,
        kinds jsonb NOT NULL,
        state text NOT NULL,
        reason text,
        engine text NOT NULL,
        requested_by uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        finished_at timestamptz,
        waits_until timestamptz,
        requests bigint NOT NULL DEFAULT 0,
        prompt_tokens bigint NOT NULL DEFAULT 0,
        completion_tokens bigint NOT NULL DEFAULT 0
    )
    """,
    "CREATE UNIQUE INDEX uq_translation_job_locale ON translation_job (locale) WHERE state IN ('QUEUED', 'RUNNING')",
    """
    CREATE TABLE translation_item (
        job_id uuid CONSTRAINT fk_translation_item_job_id_translation_job REFERENCES translation_job,
        number bigint,
        kind text NOT NULL,
        owner_id uuid NOT NULL,
        state text NOT NULL,
        attempts bigint NOT NULL,
        reason text,
        CONSTRAINT pk_translation_item PRIMARY KEY (job_id, number)
    )
    """,
    """
    CREATE TABLE glossary_term (
        term text CONSTRAINT pk_glossary_term PRIMARY KEY,
        translations jsonb NOT NULL
    )
    """,
]
_OF_A_REVIEWED_ENTRY = f"exists (select from entry where entry.id = entry_id and {opened('review')})"
_MANAGES_EVERYTHING = "(select current_setting('app.manage_all', true) = 'on')"
_WHOLE = ("translation_job", "translation_item", "glossary_term")
_WALLS = [
    f"CREATE POLICY translation_review ON translation FOR UPDATE USING ({_OF_A_REVIEWED_ENTRY})",
    f"CREATE POLICY translation_reject ON translation FOR DELETE USING ({_OF_A_REVIEWED_ENTRY})",
    f"CREATE POLICY translation_correct ON translation FOR INSERT WITH CHECK ({_OF_A_REVIEWED_ENTRY})",
    f"CREATE POLICY entry_review ON entry FOR UPDATE USING ({opened('review')})",
    "ALTER TABLE translation_source ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE translation_source FORCE ROW LEVEL SECURITY",
    "CREATE POLICY translation_source_read ON translation_source FOR SELECT USING (true)",
    f"CREATE POLICY translation_source_write ON translation_source USING ({_MANAGES_EVERYTHING})",
    *(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY" for table in _WHOLE),
    *(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY" for table in _WHOLE),
    *(f"CREATE POLICY {table}_managed ON {table} USING ({_MANAGES_EVERYTHING})" for table in _WHOLE),
]


def upgrade() -> None:
    run(_TABLES)
    run(_WALLS)


def downgrade() -> None:
    for table in ("translation_item", "translation_job", "glossary_term", "translation_source"):
        op.execute(f"DROP TABLE {table}")
    for policy in ("translation_review", "translation_reject", "translation_correct"):
        op.execute(f"DROP POLICY {policy} ON translation")
    op.execute("DROP POLICY entry_review ON entry")
    op.execute(
        "ALTER TABLE translation DROP COLUMN state, DROP COLUMN source_hash, DROP COLUMN engine, "
        "DROP COLUMN reviewed_by, DROP COLUMN reviewed_at"
    )
