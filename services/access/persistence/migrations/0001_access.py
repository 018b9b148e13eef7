"""Companies, users, groups, API keys, sessions, sign-in attempts and scopes."""

from alembic import op

from chassis.migrations.mechanisms import create_mechanisms_v1, run
from chassis.rowsecurity import opened, protect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = [
    """
    CREATE TABLE company (
        id uuid CONSTRAINT pk_company PRIMARY KEY,
        name text NOT NULL CONSTRAINT uq_company_name UNIQUE,
        code text NOT NULL CONSTRAINT uq_company_code UNIQUE,
        country text,
        time_zone text NOT NULL,
        default_locale text NOT NULL,
        active boolean NOT NULL,
        version bigint NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE user_account (
        id uuid CONSTRAINT pk_user_account PRIMARY KEY,
        kind text NOT NULL,
        email text NOT NULL,
        name text NOT NULL,
        locale text NOT NULL,
        active boolean NOT NULL,
        password_hash text,
        created_by_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        version bigint NOT NULL,
        sequence bigint NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX uq_user_account_email ON user_account (lower(email))",
    "CREATE INDEX ix_user_account_name ON user_account (name, id)",
    """
    CREATE TABLE access_group (
        id uuid CONSTRAINT pk_access_group PRIMARY KEY,
        name text NOT NULL,
        permissions text[] NOT NULL,
        every_company boolean NOT NULL,
        shows_module_link boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        version bigint NOT NULL,
        sequence bigint NOT NULL
    )
    """,
    """
    CREATE TABLE group_company (
        group_id uuid CONSTRAINT fk_group_company_group_id_access_group REFERENCES access_group,
        company_id uuid CONSTRAINT fk_group_company_company_id_company REFERENCES company,
        CONSTRAINT pk_group_company PRIMARY KEY (group_id, company_id)
    )
    """,
    "CREATE INDEX ix_group_company_company_id ON group_company (company_id)",
    """
    CREATE TABLE group_member (
        group_id uuid CONSTRAINT fk_group_member_group_id_access_group REFERENCES access_group,
        user_id uuid CONSTRAINT fk_group_member_user_id_user_account REFERENCES user_account,
        CONSTRAINT pk_group_member PRIMARY KEY (group_id, user_id)
    )
    """,
    "CREATE INDEX ix_group_member_user_id ON group_member (user_id)",
    """
    CREATE TABLE api_key (
        id uuid CONSTRAINT pk_api_key PRIMARY KEY,
        user_id uuid NOT NULL CONSTRAINT fk_api_key_user_id_user_account REFERENCES user_account,
        name text NOT NULL,
        prefix text NOT NULL CONSTRAINT uq_api_key_prefix UNIQUE,
        digest text NOT NULL,
        created_by_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        last_used_at timestamptz,
        revoked_at timestamptz
    )
    """,
    "CREATE INDEX ix_api_key_user_id ON api_key (user_id)",
    """
    CREATE TABLE session (
        id uuid CONSTRAINT pk_session PRIMARY KEY,
        user_id uuid NOT NULL CONSTRAINT fk_session_user_id_user_account REFERENCES user_account,
        digest text NOT NULL CONSTRAINT uq_session_digest UNIQUE,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX ix_session_expires_at ON session (expires_at)",
    """
    CREATE TABLE sign_in_attempt (
        kind text,
        digest text,
        attempts bigint NOT NULL,
        last_at timestamptz NOT NULL,
        blocked_until timestamptz NOT NULL,
        CONSTRAINT pk_sign_in_attempt PRIMARY KEY (kind, digest)
    )
    """,
    "CREATE INDEX ix_sign_in_attempt_last_at ON sign_in_attempt (last_at)",
    """
    CREATE TABLE scope (
        digest text CONSTRAINT pk_scope PRIMARY KEY,
        claims jsonb NOT NULL,
        last_given_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX ix_scope_last_given_at ON scope (last_given_at)",
]

# Which companies a group has is readable, so that nobody takes a part of them for all; their rows are not.
_GROUP_COMPANIES = [
    "ALTER TABLE group_company ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE group_company FORCE ROW LEVEL SECURITY",
    "CREATE POLICY group_company_read ON group_company FOR SELECT USING (true)",
    f"CREATE POLICY group_company_insert ON group_company FOR INSERT WITH CHECK ({opened('manage')})",
    f"CREATE POLICY group_company_delete ON group_company FOR DELETE USING ({opened('manage')})",
]


def _shared(wall: str) -> str:
    """Groups that have one of the companies the transaction may reach."""
    reached = opened(wall, "shared.company_id")
    return f"exists (select from group_company AS shared where shared.group_id = access_group.id and {reached})"


# A group of every company is read by whoever sees any company, and changed by who manages every one.
_SEES_ANY = """(select coalesce(current_setting('app.view_all', true), '') <> ''
    or coalesce(current_setting('app.view_companies', true), '') <> '')"""
_MANAGES_ALL = "(select current_setting('app.manage_all', true) = 'on')"
_READ = f"(every_company and {_SEES_ANY}) or {_shared('view')}"
_WRITTEN = f"not every_company or {_MANAGES_ALL}"
_CHANGED = f"{_MANAGES_ALL} or {_shared('manage')}"
_GROUPS = [
    "ALTER TABLE access_group ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE access_group FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY access_group_read ON access_group FOR SELECT USING ({_READ})",
    f"CREATE POLICY access_group_insert ON access_group FOR INSERT WITH CHECK ({_WRITTEN})",
    f"CREATE POLICY access_group_update ON access_group FOR UPDATE USING ({_CHANGED}) WITH CHECK ({_WRITTEN})",
]


def upgrade() -> None:
    create_mechanisms_v1()
    run(_TABLES)
    run(protect("company", insert=["manage"], update=["manage"], column="id"))
    run(_GROUP_COMPANIES)
    run(_GROUPS)


def downgrade() -> None:
    for table in ("scope", "sign_in_attempt", "session", "api_key", "group_member", "group_company", "access_group"):
        op.execute(f"DROP TABLE {table}")
    for table in ("user_account", "company", "event", "handled_event", "parked_event", "projection"):
        op.execute(f"DROP TABLE {table}")
