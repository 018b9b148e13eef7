"""Webhooks: addresses of a company that events are sent to, what is to be sent there, and what came of it.

Who manages the webhooks of a company sees them. What was sent about an incident is seen as the incident is.
"""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import any_opened, opened, protect, seen_through

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLES = [
    """
    CREATE TABLE webhook (
        id uuid CONSTRAINT pk_webhook PRIMARY KEY,
        company_id uuid NOT NULL,
        owner_id uuid NOT NULL,
        url text NOT NULL,
        description text NOT NULL,
        types jsonb,
        ordered boolean NOT NULL,
        per_minute bigint,
        state text NOT NULL,
        secret text NOT NULL,
        previous_secret text,
        previous_until timestamptz,
        position bigint NOT NULL,
        not_before timestamptz,
        first_failed_at timestamptz,
        version bigint NOT NULL,
        sequence bigint NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX ix_webhook_company ON webhook (company_id, id)",
    """
    CREATE TABLE webhook_delivery (
        id uuid CONSTRAINT pk_webhook_delivery PRIMARY KEY,
        webhook_id uuid NOT NULL CONSTRAINT fk_webhook_delivery_webhook REFERENCES webhook (id) ON DELETE CASCADE,
        company_id uuid NOT NULL,
        position bigint NOT NULL,
        event_id uuid NOT NULL,
        type text NOT NULL,
        subject uuid NOT NULL,
        sequence bigint NOT NULL,
        incident_id uuid,
        state text NOT NULL,
        attempts bigint NOT NULL,
        next_attempt_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT uq_webhook_delivery_event UNIQUE (webhook_id, event_id)
    )
    """,
    "CREATE INDEX ix_webhook_delivery_due ON webhook_delivery (webhook_id, next_attempt_at) WHERE state = 'PENDING'",
    """
    CREATE INDEX ix_webhook_delivery_subject ON webhook_delivery (webhook_id, subject, position)
    WHERE state = 'PENDING'
    """,
    "CREATE INDEX ix_webhook_delivery_newest ON webhook_delivery (webhook_id, created_at, id)",
    "CREATE INDEX ix_webhook_delivery_incident ON webhook_delivery (incident_id)",
    """
    CREATE TABLE webhook_attempt (
        id uuid CONSTRAINT pk_webhook_attempt PRIMARY KEY,
        delivery_id uuid NOT NULL
            CONSTRAINT fk_webhook_attempt_delivery REFERENCES webhook_delivery (id) ON DELETE CASCADE,
        company_id uuid NOT NULL,
        number bigint NOT NULL,
        at timestamptz NOT NULL,
        duration_ms bigint NOT NULL,
        status bigint,
        error text,
        request_headers jsonb NOT NULL,
        answer text NOT NULL
    )
    """,
    "CREATE INDEX ix_webhook_attempt_delivery ON webhook_attempt (delivery_id, at)",
]
_WALLS = ("view_webhooks", "system")
_OF_SEEN = f"""
    {opened("system")} OR {opened("view_webhooks")}
    AND (incident_id IS NULL OR {seen_through("incident_ref", "webhook_delivery.incident_id")})
"""
_OF_ATTEMPT = f"({any_opened(_WALLS)} AND {seen_through('webhook_delivery', 'webhook_attempt.delivery_id')})"


def upgrade() -> None:
    run(
        [
            *_TABLES,
            *protect("webhook", read=_WALLS, insert=_WALLS, update=_WALLS, delete=_WALLS),
            *protect("webhook_delivery", read=_WALLS, insert=["system"], update=_WALLS, delete=["system"]),
            *protect("webhook_attempt", read=_WALLS, insert=["system"], delete=["system"]),
            f"ALTER POLICY webhook_delivery_read ON webhook_delivery USING ({_OF_SEEN})",
            f"ALTER POLICY webhook_attempt_read ON webhook_attempt USING ({_OF_ATTEMPT})",
        ]
    )


def downgrade() -> None:
    for table in ("webhook_attempt", "webhook_delivery", "webhook"):
        op.execute(f"DROP TABLE {table}")
