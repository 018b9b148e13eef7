"""The guide: pages, their drafts, what is published, old versions, and the history.

Readers see published pages, everybody's and those of companies where they may do anything; who manages directories
sees all of what they manage. There is no index to search by: a search takes the few rows of the guide by their keys,
because which language of a page is searched depends on the reader.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened, protect, seen_through

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TEXT = """
        locale text,
        company_id uuid,
        title text NOT NULL,
        text text NOT NULL,
        state text NOT NULL,
        source_hash text NOT NULL,
        engine text,
        reviewed_by uuid,
        reviewed_at timestamptz,
"""
_TABLES = [
    """
    CREATE TABLE guide_page (
        id uuid CONSTRAINT pk_guide_page PRIMARY KEY,
        version bigint NOT NULL,
        sequence bigint NOT NULL,
        slug text NOT NULL,
        parent_id uuid CONSTRAINT fk_guide_page_parent_id_guide_page REFERENCES guide_page,
        is_addition boolean NOT NULL,
        sort_order bigint NOT NULL,
        active boolean NOT NULL,
        company_id uuid,
        source_locale text NOT NULL,
        number bigint,
        published_at timestamptz,
        draft_changed boolean NOT NULL,
        CONSTRAINT ck_guide_page_addition
            CHECK (NOT is_addition OR (company_id IS NOT NULL AND parent_id IS NOT NULL))
    )
    """,
    "CREATE UNIQUE INDEX uq_guide_page_slug ON guide_page (slug) WHERE company_id IS NULL",
    "CREATE UNIQUE INDEX uq_guide_page_company_id_slug ON guide_page (company_id, slug)",
    "CREATE INDEX ix_guide_page_parent_id ON guide_page (parent_id)",
    f"""
    CREATE TABLE guide_draft (
        page_id uuid CONSTRAINT fk_guide_draft_page_id_guide_page REFERENCES guide_page,
        {_TEXT}
        CONSTRAINT pk_guide_draft PRIMARY KEY (page_id, locale)
    )
    """,
    f"""
    CREATE TABLE guide_text (
        page_id uuid CONSTRAINT fk_guide_text_page_id_guide_page REFERENCES guide_page,
        {_TEXT}
        plain text NOT NULL,
        words tsvector NOT NULL,
        CONSTRAINT pk_guide_text PRIMARY KEY (page_id, locale)
    )
    """,
    """
    CREATE TABLE guide_version (
        page_id uuid CONSTRAINT fk_guide_version_page_id_guide_page REFERENCES guide_page,
        number bigint,
        company_id uuid,
        published_at timestamptz NOT NULL,
        actor_kind text NOT NULL,
        actor_id uuid NOT NULL,
        note text,
        texts jsonb NOT NULL,
        CONSTRAINT pk_guide_version PRIMARY KEY (page_id, number)
    )
    """,
    """
    CREATE TABLE guide_change (
        page_id uuid CONSTRAINT fk_guide_change_page_id_guide_page REFERENCES guide_page,
        sequence bigint,
        company_id uuid,
        at timestamptz NOT NULL,
        actor_kind text NOT NULL,
        actor_id uuid NOT NULL,
        request_id text,
        operation text NOT NULL,
        changes jsonb NOT NULL,
        CONSTRAINT pk_guide_change PRIMARY KEY (page_id, sequence)
    )
    """,
]
_PUBLISHED = f"number IS NOT NULL AND active AND (company_id IS NULL OR {opened('view')})"
_MANAGED = ("manage",)
_WALLS = [
    *protect("guide_page", read=_MANAGED, insert=_MANAGED, update=_MANAGED),
    f"CREATE POLICY guide_page_read_published ON guide_page FOR SELECT USING ({_PUBLISHED})",
    *protect("guide_draft", read=_MANAGED, insert=_MANAGED, update=_MANAGED, delete=_MANAGED),
    *protect("guide_text", read=_MANAGED, insert=_MANAGED, update=_MANAGED, delete=_MANAGED),
    f"CREATE POLICY guide_text_read_published ON guide_text FOR SELECT USING ({seen_through('guide_page', 'page_id')})",
    *protect("guide_version", read=_MANAGED, insert=_MANAGED),
    *protect("guide_change", read=_MANAGED, insert=_MANAGED),
]


def upgrade() -> None:
    run(_TABLES)
    run(_WALLS)


def downgrade() -> None:
    for table in ("guide_change", "guide_version", "guide_text", "guide_draft", "guide_page"):
        op.execute(f"DROP TABLE {table}")
