"""Messages, and the projection of the incidents they are about."""

from alembic import op

from chassis.migrations.mechanisms import create_mechanisms_v1, run
from chassis.rowsecurity import protect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = [
    """
    CREATE TABLE mail_message (
        id uuid CONSTRAINT pk_mail_message PRIMARY KEY,
        company_id uuid NOT NULL,
        incident_id uuid NOT NULL,
        event_id uuid NOT NULL,
        recipient_user_id uuid NOT NULL,
        kind text NOT NULL,
        subject_key text NOT NULL,
        state text NOT NULL,
        created_at timestamptz NOT NULL,
        sequence bigint NOT NULL,
        CONSTRAINT uq_mail_message_event_id UNIQUE (event_id, recipient_user_id)
    )
    """,
    "CREATE INDEX ix_mail_message_incident ON mail_message (incident_id, created_at, id)",
    """
    CREATE TABLE incident_ref (
        id uuid CONSTRAINT pk_incident_ref PRIMARY KEY,
        version bigint NOT NULL,
        company_id uuid NOT NULL,
        reference text NOT NULL,
        responsible_id uuid,
        deleted boolean NOT NULL
    )
    """,
]


def upgrade() -> None:
    create_mechanisms_v1()
    run(_TABLES)
    run(protect("mail_message", insert=["system"]))
    run(protect("incident_ref", insert=["system"], update=["system"]))


def downgrade() -> None:
    for table in ("mail_message", "incident_ref", "event", "handled_event", "parked_event", "projection"):
        op.execute(f"DROP TABLE {table}")
