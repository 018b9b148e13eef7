"""Indicators of deleted incidents are their own until they are restored, as those of restricted ones are."""

from chassis.migrations.mechanisms import run
from chassis.rowsecurity import any_opened, seen_through

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_KNOWN = f"(indicator.incident_id is null or {seen_through('incident', 'indicator.incident_id')})"
_LINKED = seen_through("incident", "incident_indicator.incident_id")
_HIDING = ("edit", "delete")  # who deletes an incident takes its indicators along, and brings them back
# The owner is behind the walls too, and opens them for this one look at what is there.
_WALLS = ("view", "view_restricted", "edit")
_OPEN = "SELECT " + ", ".join(f"set_config('app.{wall}_all', '%s', true)" for wall in _WALLS)
# The copies sort by the time of what they are copies of. What is left in no incident, the trigger forgets.
_CONFINE = """
DO $$
DECLARE
    link record;
    copy indicator;
BEGIN
    FOR link IN
        SELECT kept.id, kept.indicator_id, kept.incident_id FROM incident_indicator AS kept
        JOIN incident ON incident.id = kept.incident_id AND incident.deleted_at IS NOT NULL
        JOIN indicator ON indicator.id = kept.indicator_id AND indicator.incident_id IS NULL
    LOOP
        SELECT * INTO STRICT copy FROM indicator WHERE id = link.indicator_id;
        copy.id := left(copy.id::text, 15) || right(gen_random_uuid()::text, 21);
        copy.incident_id := link.incident_id;
        INSERT INTO indicator SELECT copy.*;
        UPDATE incident_indicator SET indicator_id = copy.id WHERE id = link.id;
    END LOOP;
END $$
"""


def _rules(walls: tuple[str, ...]) -> list[str]:
    indicator, link = (f"{any_opened(walls)} and {seen}" for seen in (_KNOWN, _LINKED))
    return [
        f"ALTER POLICY indicator_insert ON indicator WITH CHECK ({indicator})",
        f"ALTER POLICY indicator_update ON indicator USING ({indicator}) WITH CHECK ({indicator})",
        f"ALTER POLICY incident_indicator_update ON incident_indicator USING ({link}) WITH CHECK ({link})",
    ]


def upgrade() -> None:
    run([*_rules(_HIDING), _OPEN % (("on",) * len(_WALLS)), _CONFINE, _OPEN % (("",) * len(_WALLS))])


def downgrade() -> None:
    run(_rules(("edit",)))
