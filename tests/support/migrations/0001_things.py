"""The tables of the small service that the chassis is tested with."""

from chassis.migrations.mechanisms import create_mechanisms_v1, run
from chassis.rowsecurity import protect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = [
    """
    CREATE TABLE thing (
        id uuid CONSTRAINT pk_thing PRIMARY KEY,
        company_id uuid NOT NULL,
        name text NOT NULL,
        version bigint NOT NULL
    )
    """,
    """
    CREATE TABLE effect (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_effect PRIMARY KEY,
        event_id uuid NOT NULL,
        subject uuid NOT NULL,
        company_id uuid NOT NULL,
        sequence bigint NOT NULL
    )
    """,
    "CREATE TABLE journal (id uuid CONSTRAINT pk_journal PRIMARY KEY, line text NOT NULL)",
    """
    CREATE TABLE thing_ref (
        id uuid CONSTRAINT pk_thing_ref PRIMARY KEY,
        version bigint NOT NULL,
        code text NOT NULL,
        seen_at timestamptz
    )
    """,
]


def upgrade() -> None:
    create_mechanisms_v1()
    run(_TABLES)
    run(protect("thing", insert=["add"], update=["edit"], delete=["delete"]))
    run(protect("effect", insert=["view"]))


def downgrade() -> None:
    for table in ("thing", "effect", "journal", "thing_ref", "event", "handled_event", "parked_event", "projection"):
        run([f"DROP TABLE {table}"])
