"""Restricted incidents: their members, and walls that hide them and their history from everybody else."""

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import any_opened, confided_rows, opened, seen_through

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COLUMNS = [
    """
    ALTER TABLE incident
    ADD COLUMN restricted boolean NOT NULL DEFAULT false,
    ADD COLUMN member_ids uuid[] NOT NULL DEFAULT '{}'
    """,
    "ALTER TABLE incident ALTER COLUMN restricted DROP DEFAULT, ALTER COLUMN member_ids DROP DEFAULT",
]
_CHANGING = ("edit", "close", "reopen", "delete")
_OF_SEEN = seen_through("incident", "incident_change.incident_id")


def upgrade() -> None:
    read = f"{opened('view')} and {confided_rows()}"
    update = f"{any_opened(_CHANGING)} and {confided_rows()}"
    insert = any_opened(["add", *_CHANGING])
    run(
        [
            *_COLUMNS,
            f"ALTER POLICY incident_read ON incident USING ({read})",
            f"ALTER POLICY incident_update ON incident USING ({update}) WITH CHECK ({update})",
            f"ALTER POLICY incident_change_read ON incident_change USING ({opened('view')} and {_OF_SEEN})",
            f"ALTER POLICY incident_change_insert ON incident_change WITH CHECK ({insert} and {_OF_SEEN})",
        ]
    )


def downgrade() -> None:
    update = any_opened(_CHANGING)
    run(
        [
            f"ALTER POLICY incident_read ON incident USING ({opened('view')})",
            f"ALTER POLICY incident_update ON incident USING ({update}) WITH CHECK ({update})",
            f"ALTER POLICY incident_change_read ON incident_change USING ({opened('view')})",
            f"ALTER POLICY incident_change_insert ON incident_change WITH CHECK ({any_opened(['add', *_CHANGING])})",
            "ALTER TABLE incident DROP COLUMN restricted, DROP COLUMN member_ids",
        ]
    )
