"""History that tells which part of an incident it is about and by which right, chained entry by entry.

What is there already is chained as it stands; by which right it was made nobody wrote down.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from alembic import op
from sqlalchemy import Connection, RowMapping, text
from sqlalchemy.dialects.postgresql import JSONB

from chassis.migrations.mechanisms import run
from services.incidents.domain.chain import digest, record_of

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_COLUMNS: Final = [
    """
    ALTER TABLE incident_change
        ADD part_type text,
        ADD part_id uuid,
        ADD permission text,
        ADD prev_hash bytea,
        ADD hash bytea
    """,
    "ALTER TABLE incident ADD history_hash bytea",
]
# The owner is behind the walls too, and nobody may change history: for this one transaction there are none.
_OPEN: Final = [f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY" for table in ("incident", "incident_change")]
_CLOSE: Final = [f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY" for table in ("incident", "incident_change")]
_PAGE: Final = text(
    "SELECT * FROM incident_change WHERE (incident_id, sequence) > (:incident_id, :sequence)"
    " ORDER BY incident_id, sequence LIMIT :number"
).columns(changes=JSONB())
_CHAIN: Final = text(
    "UPDATE incident_change SET prev_hash = :previous, hash = :hash WHERE incident_id = :incident_id"
    " AND sequence = :sequence"
)
_HEADS: Final = """
UPDATE incident SET history_hash = last.hash FROM (
    SELECT DISTINCT ON (incident_id) incident_id, hash FROM incident_change ORDER BY incident_id, sequence DESC
) AS last
WHERE last.incident_id = incident.id
"""
_AT_ONCE: Final = 5_000


def upgrade() -> None:
    run([*_COLUMNS, *_OPEN])
    _chain(op.get_bind())
    run([_HEADS, "ALTER TABLE incident_change ALTER COLUMN hash SET NOT NULL", *_CLOSE])


def downgrade() -> None:
    op.execute("ALTER TABLE incident DROP COLUMN history_hash")
    op.execute(
        "ALTER TABLE incident_change DROP COLUMN part_type, DROP COLUMN part_id, DROP COLUMN permission,"
        " DROP COLUMN prev_hash, DROP COLUMN hash"
    )


def _chain(connection: Connection) -> None:
    """Page by page: there may be millions."""
    last: dict[str, Any] = {"incident_id": UUID(int=0), "sequence": 0, "hash": None}
    while True:
        page = (
            connection.execute(
                _PAGE, {"incident_id": last["incident_id"], "sequence": last["sequence"], "number": _AT_ONCE}
            )
            .mappings()
            .all()
        )
        if not page:
            return
        chained = list(_chained(page, last))
        connection.execute(_CHAIN, chained)
        last = chained[-1]


def _chained(page: Sequence[RowMapping], last: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The key of each entry with its hashes, going on behind `last`."""
    for entry in page:
        previous = last["hash"] if last["incident_id"] == entry["incident_id"] else None
        found = digest(record_of({**entry, "previous": previous}))
        last = {name: entry[name] for name in ("incident_id", "sequence")} | {"previous": previous, "hash": found}
        yield last
