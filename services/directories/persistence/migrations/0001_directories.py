"""Entries of directories and their translations.

An entry without a company is there for everybody to read and takes the permission in every company to change. A
translation is as open as its entry.
"""

from alembic import op

from chassis.migrations.mechanisms import create_mechanisms_v1, run
from chassis.rowsecurity import opened, protect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = [
    """
    CREATE TABLE entry (
        id uuid CONSTRAINT pk_entry PRIMARY KEY,
        version bigint NOT NULL,
        sequence bigint NOT NULL,
        kind varchar(40) NOT NULL,
        code text NOT NULL,
        color text NOT NULL CONSTRAINT ck_entry_color CHECK (color ~ '^#[0-9A-F]{6}$'),
        icon text,
        sort_order bigint NOT NULL,
        active boolean NOT NULL,
        visible boolean NOT NULL,
        parent_id uuid CONSTRAINT fk_entry_parent_id_entry REFERENCES entry,
        category text,
        is_initial boolean NOT NULL,
        is_final boolean NOT NULL,
        rank bigint,
        company_id uuid,
        CONSTRAINT uq_entry_kind_code UNIQUE (kind, code),
        CONSTRAINT ck_entry_parent CHECK ((kind = 'incident_type') = (parent_id IS NOT NULL)),
        CONSTRAINT ck_entry_category CHECK ((kind = 'status') = (category IS NOT NULL)),
        CONSTRAINT ck_entry_initial CHECK (NOT is_initial OR (kind = 'status' AND active AND NOT is_final)),
        CONSTRAINT ck_entry_rank CHECK ((kind = 'severity') = (rank IS NOT NULL))
    )
    """,
    "CREATE UNIQUE INDEX uq_entry_initial ON entry (kind) WHERE is_initial AND company_id IS NULL",
    """
    CREATE TABLE translation (
        entry_id uuid CONSTRAINT fk_translation_entry_id_entry REFERENCES entry,
        locale text,
        name text NOT NULL,
        description text,
        CONSTRAINT pk_translation PRIMARY KEY (entry_id, locale)
    )
    """,
    """
    CREATE TABLE revision (
        single boolean CONSTRAINT pk_revision PRIMARY KEY CONSTRAINT ck_revision_single CHECK (single),
        stamp uuid NOT NULL
    )
    """,
]
_OF_ITS_ENTRY = "exists (select from entry where entry.id = entry_id)"
_OF_ITS_CHANGEABLE_ENTRY = f"exists (select from entry where entry.id = entry_id and {opened('manage')})"
_WALLS = [
    *protect("entry", insert=["manage"], update=["manage"]),
    "CREATE POLICY entry_read_global ON entry FOR SELECT USING (company_id IS NULL)",
    "ALTER TABLE translation ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE translation FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY translation_read ON translation FOR SELECT USING ({_OF_ITS_ENTRY})",
    f"CREATE POLICY translation_write ON translation USING ({_OF_ITS_CHANGEABLE_ENTRY})",
]


def upgrade() -> None:
    create_mechanisms_v1()
    run(_TABLES)
    run(_WALLS)


def downgrade() -> None:
    for table in ("translation", "entry", "revision", "event", "handled_event", "parked_event", "projection"):
        op.execute(f"DROP TABLE {table}")
