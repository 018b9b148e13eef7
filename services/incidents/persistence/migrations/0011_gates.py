"""What companies demand before an incident enters a category, in place of the usual, and who changed that."""

from alembic import op

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import protect

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TABLES = [
    """
    CREATE TABLE gate (
        company_id uuid,
        category text,
        demands text[],
        version bigint NOT NULL,
        CONSTRAINT pk_gate PRIMARY KEY (company_id, category)
    )
    """,
    """
    CREATE TABLE gate_change (
        company_id uuid,
        category text,
        version bigint,
        at timestamptz NOT NULL,
        actor_kind text NOT NULL,
        actor_id uuid NOT NULL,
        request_id text,
        before text[],
        after text[],
        CONSTRAINT pk_gate_change PRIMARY KEY (company_id, category, version)
    )
    """,
]
_READING = ("view", "edit", "close", "reopen", "gates")  # who moves incidents passes gates


def upgrade() -> None:
    run(_TABLES)
    run(protect("gate", read=_READING, insert=["gates"], update=["gates"]))
    run(protect("gate_change", read=["view", "gates"], insert=["gates"]))


def downgrade() -> None:
    for table in ("gate", "gate_change"):
        op.execute(f"DROP TABLE {table}")
