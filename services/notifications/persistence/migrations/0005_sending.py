"""Messages are sent: when each is tried, what came of it, and who has it in hand.

What was recorded before is due at once; what is too old by then is not sent any more.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SYSTEM = opened("system")
_COLUMNS = """
ALTER TABLE mail_message
    ADD COLUMN attempts bigint DEFAULT 0 NOT NULL,
    ADD COLUMN next_attempt_at timestamptz DEFAULT now() NOT NULL,
    ADD COLUMN attempted_at timestamptz,
    ADD COLUMN settled_at timestamptz,
    ADD COLUMN reason text,
    ADD COLUMN answer text
"""


def upgrade() -> None:
    run(
        [
            _COLUMNS,
            "ALTER TABLE mail_message ALTER COLUMN next_attempt_at DROP DEFAULT",
            "CREATE INDEX ix_mail_message_due ON mail_message (next_attempt_at) WHERE state IN ('QUEUED', 'SENDING')",
            "CREATE INDEX ix_mail_message_attempted ON mail_message (attempted_at)",
            f"CREATE POLICY mail_message_update ON mail_message FOR UPDATE USING ({_SYSTEM}) WITH CHECK ({_SYSTEM})",
        ]
    )


def downgrade() -> None:
    op.execute("DROP POLICY mail_message_update ON mail_message")
    op.execute("DROP INDEX ix_mail_message_due, ix_mail_message_attempted")
    for column in ("attempts", "next_attempt_at", "attempted_at", "settled_at", "reason", "answer"):
        op.execute(f"ALTER TABLE mail_message DROP COLUMN {column}")
