"""Who deletes or restores an incident changes until when the reviews of others are awaited that its own one covered."""

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import any_opened

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_SAME = "incident.company_id = incident_deadline.company_id"
_OWNED = f"(select {_SAME} from incident where incident.id = incident_deadline.incident_id)"  # noqa: S608  # names
_SEEN = "(select true from incident where incident.id = incident_deadline.incident_id)"


def _rules(*walls: str) -> list[str]:
    write = f"{any_opened(walls)} and {_SEEN}"
    return [
        f"ALTER POLICY incident_deadline_insert ON incident_deadline WITH CHECK ({any_opened(walls)} and {_OWNED})",
        f"ALTER POLICY incident_deadline_update ON incident_deadline USING ({write}) WITH CHECK ({write})",
        f"ALTER POLICY incident_deadline_delete ON incident_deadline USING ({write})",
    ]


def upgrade() -> None:
    run(_rules("edit", "close", "reopen", "delete"))


def downgrade() -> None:
    run(_rules("edit", "close", "reopen"))
