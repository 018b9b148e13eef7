"""What hangs on an incident is of the incident's company: no row is added that says another one."""

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import any_opened, seen_through

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_INSERTING = {
    "incident_comment": ("edit",),
    "incident_task": ("edit",),
    "incident_task_assignee": ("edit",),
    "incident_deadline": ("edit", "close", "reopen"),
    "incident_role": ("add", "edit"),
    "incident_link": ("edit",),
    "incident_timeline_entry": ("edit",),
    "incident_review": ("edit",),
    "incident_action_item": ("edit",),
    "incident_indicator": ("edit",),
    "incident_asset": ("edit",),
    "indicator": ("edit", "delete"),
}


def _of_company(table: str) -> str:
    """The same look at the incident as before, which now also compares."""
    same = f"incident.company_id = {table}.company_id"
    return f"(select {same} from incident where incident.id = {table}.incident_id)"  # noqa: S608  # names from here


def _rules(owned: dict[str, str]) -> list[str]:
    """`owned` are by table the predicates that are true for parts of incidents that the transaction sees."""
    other = seen_through("incident", "incident_link.other_id")
    more = {
        "incident_link": f"{owned['incident_link']} and (other_id is null or {other})",
        "indicator": f"(indicator.incident_id is null or {owned['indicator']})",
    }
    return [
        f"ALTER POLICY {table}_insert ON {table} WITH CHECK ({any_opened(walls)} and {more.get(table, owned[table])})"
        for table, walls in _INSERTING.items()
    ]


def upgrade() -> None:
    run(_rules({table: _of_company(table) for table in _INSERTING}))


def downgrade() -> None:
    run(_rules({table: seen_through("incident", f"{table}.incident_id") for table in _INSERTING}))
