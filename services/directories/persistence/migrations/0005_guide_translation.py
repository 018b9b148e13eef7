"""Reviewers change the translations of the guide's pages as they do those of directory entries.

They see the drafts of the pages of companies where they may review, everybody's when they may in every company.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WALLS = [
    f"CREATE POLICY guide_page_review_read ON guide_page FOR SELECT USING ({opened('review')})",
    f"CREATE POLICY guide_page_review ON guide_page FOR UPDATE USING ({opened('review')})",
    f"CREATE POLICY guide_draft_review ON guide_draft USING ({opened('review')})",
    f"CREATE POLICY guide_change_review ON guide_change FOR INSERT WITH CHECK ({opened('review')})",
]
_POLICIES = {
    "guide_page_review_read": "guide_page",
    "guide_page_review": "guide_page",
    "guide_draft_review": "guide_draft",
    "guide_change_review": "guide_change",
}


def upgrade() -> None:
    run(_WALLS)


def downgrade() -> None:
    for policy, table in _POLICIES.items():
        op.execute(f"DROP POLICY {policy} ON {table}")
