"""Passwords for once, limits and rotation of API keys, what a session was opened with, groups that end."""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COLUMNS = [
    "ALTER TABLE user_account ADD COLUMN password_change_by timestamptz",
    "ALTER TABLE api_key ADD COLUMN version bigint NOT NULL DEFAULT 1",
    "ALTER TABLE api_key ADD COLUMN permissions text[]",
    "ALTER TABLE api_key ADD COLUMN company_ids uuid[]",
    "ALTER TABLE api_key ADD COLUMN previous_digest text",
    "ALTER TABLE api_key ADD COLUMN previous_until timestamptz",
    "ALTER TABLE session ADD COLUMN agent text NOT NULL DEFAULT ''",
    "ALTER TABLE session ADD COLUMN address text NOT NULL DEFAULT ''",
    "CREATE INDEX ix_api_key_name_id ON api_key (name, id)",
    "CREATE INDEX ix_session_user_id ON session (user_id)",
]
_MANAGED = f"""(select current_setting('app.manage_all', true) = 'on') or exists (
    select from group_company AS shared
    where shared.group_id = access_group.id and {opened("manage", "shared.company_id")})"""  # noqa: S608  # no text of others


def upgrade() -> None:
    run(_COLUMNS)
    run([f"CREATE POLICY access_group_delete ON access_group FOR DELETE USING ({_MANAGED})"])


def downgrade() -> None:
    op.execute("DROP POLICY access_group_delete ON access_group")
    op.execute("DROP INDEX ix_api_key_name_id")
    op.execute("DROP INDEX ix_session_user_id")
    op.execute("ALTER TABLE session DROP COLUMN agent, DROP COLUMN address")
    op.execute(
        "ALTER TABLE api_key DROP COLUMN version, DROP COLUMN permissions, DROP COLUMN company_ids,"
        " DROP COLUMN previous_digest, DROP COLUMN previous_until"
    )
    op.execute("ALTER TABLE user_account DROP COLUMN password_change_by")
