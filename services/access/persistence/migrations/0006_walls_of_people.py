"""Walls round API keys, sessions and identities, and round changes of users and of members of groups.

Users and members of groups are read by everybody: whoever holds a reference may know the name, and who is in which
group decides about the rows of others.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import any_opened, opened

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ALL = "(select current_setting('app.view_care_all', true) = 'on')"
_SELF = "(select nullif(current_setting('app.view_self_companies', true), '')::uuid)"
_REACHED = opened("view_care", "there.company_id")
_WRITTEN = any_opened(["manage"], "there.company_id")


def _works_there(user: str) -> str:
    """In a company where the transaction manages access; the groups themselves are behind their own wall."""
    return f"""exists (
        select from group_member as held
        join access_group on access_group.id = held.group_id
        left join group_company as there on there.group_id = access_group.id
        where held.user_id = {user} and (access_group.every_company or {_REACHED}))"""


def _cares(user: str, made_by: str) -> str:
    """As `managed_by` in persistence/sight.py. Who manages nothing has only themselves in their care."""
    manages = "(select coalesce(current_setting('app.view_care_companies', true), '') <> '')"
    made = f"{made_by} = {_SELF} and not exists (select from group_member as held where held.user_id = {user})"
    return f"({_ALL} or {user} = {_SELF} or ({manages} and (({made}) or {_works_there(user)})))"


_MADE_BY = "(select created_by_id from user_account as owner where owner.id = {0}.user_id)"
_OF_KEY = _cares("api_key.user_id", _MADE_BY.format("api_key"))
_OF_SESSION = _cares("session.user_id", _MADE_BY.format("session"))
_OF_USER = _cares("user_account.id", "user_account.created_by_id")
_OF_GROUP = f"""((select current_setting('app.manage_all', true) = 'on') or exists (
    select from group_company as there where there.group_id = group_member.group_id and {_WRITTEN}))"""  # noqa: S608  # no text of others

_POLICIES = {
    "user_account": [
        "FOR SELECT USING (true)",
        f"FOR INSERT WITH CHECK ({_ALL} or created_by_id = {_SELF})",
        f"FOR UPDATE USING ({_OF_USER}) WITH CHECK ({_OF_USER})",
    ],
    "group_member": [
        "FOR SELECT USING (true)",
        f"FOR INSERT WITH CHECK ({_OF_GROUP})",
        f"FOR DELETE USING ({_OF_GROUP})",
    ],
    "api_key": [
        f"FOR SELECT USING ({_OF_KEY})",
        f"FOR INSERT WITH CHECK ({_OF_KEY})",
        f"FOR UPDATE USING ({_OF_KEY}) WITH CHECK ({_OF_KEY})",
    ],
    "session": [
        f"FOR SELECT USING ({_OF_SESSION})",
        f"FOR INSERT WITH CHECK ({_ALL})",
        f"FOR UPDATE USING ({_ALL}) WITH CHECK ({_ALL})",
        f"FOR DELETE USING ({_OF_SESSION})",
    ],
    "identity": [f"FOR ALL USING ({_ALL})"],
    "identity_session": [f"FOR ALL USING ({_ALL})"],
}


def upgrade() -> None:
    for table, policies in _POLICIES.items():
        run([f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"])
        run([f"CREATE POLICY {_name(table, policy)} ON {table} {policy}" for policy in policies])


def downgrade() -> None:
    for table, policies in _POLICIES.items():
        for policy in policies:
            op.execute(f"DROP POLICY {_name(table, policy)} ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def _name(table: str, policy: str) -> str:
    return f"{table}_{policy.split()[1].lower()}"
