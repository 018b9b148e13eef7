"""What people write about incidents: a mail, and a message to each of its recipients."""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import opened, protect, seen_through

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MAIL = """
CREATE TABLE incident_mail (
    id uuid CONSTRAINT pk_incident_mail PRIMARY KEY,
    company_id uuid NOT NULL,
    incident_id uuid NOT NULL,
    sent_by_id uuid NOT NULL,
    sent_by_kind text NOT NULL,
    sender_name text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    attachments jsonb NOT NULL,
    request_id text,
    idempotency_key text,
    created_at timestamptz NOT NULL,
    disclosed_at timestamptz,
    CONSTRAINT uq_incident_mail_sent_by_id_idempotency_key UNIQUE (sent_by_id, idempotency_key)
)
"""
_SEEN_MAIL = seen_through("incident_ref", "incident_mail.incident_id")
_SEEN_MESSAGE = seen_through("incident_ref", "mail_message.incident_id")
_MAY_SEND = f"{opened('system')} or ({opened('send')} and {_SEEN_MESSAGE})"


def upgrade() -> None:
    run(
        [
            _MAIL,
            "CREATE INDEX ix_incident_mail_incident ON incident_mail (incident_id, created_at, id)",
            *protect("incident_mail", insert=["send"], update=["system"], delete=["system"]),
            f"ALTER POLICY incident_mail_read ON incident_mail USING ({opened('view')} and {_SEEN_MAIL})",
            f"ALTER POLICY incident_mail_insert ON incident_mail WITH CHECK ({opened('send')} and {_SEEN_MAIL})",
            "ALTER TABLE mail_message ADD COLUMN mail_id uuid",
            "CREATE INDEX ix_mail_message_mail ON mail_message (mail_id) WHERE mail_id IS NOT NULL",
            f"ALTER POLICY mail_message_insert ON mail_message WITH CHECK ({_MAY_SEND})",
        ]
    )


def downgrade() -> None:
    op.execute(f"ALTER POLICY mail_message_insert ON mail_message WITH CHECK ({opened('system')})")
    op.execute("ALTER TABLE mail_message DROP COLUMN mail_id")
    op.execute("DROP TABLE incident_mail")
