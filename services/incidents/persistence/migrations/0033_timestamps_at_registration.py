"""Who registers an incident tells the moments that a directory defines at once."""

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import any_opened

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_OF_COMPANY = (
    "(select incident.company_id = incident_timestamp.company_id "
    "from incident where incident.id = incident_timestamp.incident_id)"
)


def _inserting(*walls: str) -> list[str]:
    rule = f"{any_opened(walls)} and {_OF_COMPANY}"
    return [f"ALTER POLICY incident_timestamp_insert ON incident_timestamp WITH CHECK ({rule})"]


def upgrade() -> None:
    run(_inserting("add", "edit"))


def downgrade() -> None:
    run(_inserting("edit"))
