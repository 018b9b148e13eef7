"""The chassis's own tables, for the first migration of a service; frozen, later changes get functions of their own."""

from alembic import op

_TABLES_V1 = (
    """
    CREATE TABLE event (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_event PRIMARY KEY,
        event_id uuid NOT NULL CONSTRAINT uq_event_event_id UNIQUE,
        type varchar(100) NOT NULL,
        subject uuid NOT NULL,
        company_id uuid,
        sequence bigint NOT NULL,
        time timestamptz NOT NULL DEFAULT clock_timestamp(),
        restricted boolean NOT NULL,
        request_id text,
        traceparent text,
        causation_id uuid,
        data jsonb NOT NULL,
        position bigint CONSTRAINT uq_event_position UNIQUE,
        published_at timestamptz
    )
    """,
    "CREATE UNIQUE INDEX uq_event_subject_sequence ON event (subject, sequence)",
    "CREATE INDEX ix_event_unpositioned ON event (id) WHERE position IS NULL",
    "CREATE INDEX ix_event_unpublished ON event (position) WHERE published_at IS NULL",
    """
    CREATE TABLE handled_event (
        event_id uuid CONSTRAINT pk_handled_event PRIMARY KEY,
        source varchar(50) NOT NULL,
        position bigint NOT NULL,
        handled_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE parked_event (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_parked_event PRIMARY KEY,
        event_id uuid NOT NULL CONSTRAINT uq_parked_event_event_id UNIQUE,
        subject uuid NOT NULL,
        envelope jsonb NOT NULL,
        reason text NOT NULL,
        attempts bigint NOT NULL,
        next_attempt_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX ix_parked_event_subject ON parked_event (subject)",
    "CREATE INDEX ix_parked_event_next_attempt_at ON parked_event (next_attempt_at)",
    """
    CREATE TABLE projection (
        name varchar(50) CONSTRAINT pk_projection PRIMARY KEY,
        cursor uuid,
        filled_at timestamptz
    )
    """,
)


def create_mechanisms_v1() -> None:
    for statement in _TABLES_V1:
        op.execute(statement)


def run(statements: list[str]) -> None:
    for statement in statements:
        op.execute(statement)
