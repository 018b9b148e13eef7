"""The copy of the incidents tells which are restricted and to whom; what hangs on those is hidden with them.

The copy is taken anew, because its rows were made by code that knew of no restriction.
"""

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import confided_rows, opened, seen_through

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OF_SEEN = seen_through("incident_ref", "mail_message.incident_id")


def upgrade() -> None:
    run(
        [
            "TRUNCATE incident_ref",
            "DELETE FROM projection WHERE name = 'incident'",
            "ALTER TABLE incident_ref ADD COLUMN restricted boolean NOT NULL, ADD COLUMN member_ids uuid[] NOT NULL",
            f"ALTER POLICY incident_ref_read ON incident_ref USING ({opened('view')} and {confided_rows()})",
            f"ALTER POLICY mail_message_read ON mail_message USING ({opened('view')} and {_OF_SEEN})",
        ]
    )


def downgrade() -> None:
    run(
        [
            f"ALTER POLICY mail_message_read ON mail_message USING ({opened('view')})",
            f"ALTER POLICY incident_ref_read ON incident_ref USING ({opened('view')})",
            "ALTER TABLE incident_ref DROP COLUMN restricted, DROP COLUMN member_ids",
        ]
    )
