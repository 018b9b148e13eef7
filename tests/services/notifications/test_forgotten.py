"""Messages about incidents that are restored, or purged."""

from uuid import UUID, uuid4

from sqlalchemy import select

from chassis.access import EVERY_COMPANY, Actor
from chassis.broker.in_process import InProcessBroker
from services.notifications.persistence.rows import IncidentRef, MessageRow
from tests.support.incidents import Incidents
from tests.support.services import RunningService, user

COMPANY, ADA = uuid4(), uuid4()
EVERYTHING = Actor.system("test", EVERY_COMPANY)


async def shown(service: RunningService, incident: UUID) -> object:
    reader = user({"incident.view": [COMPANY]})
    (found,) = await service.entities("Incident", [incident], "messages { kind }", reader)
    return found["messages"]


async def test_a_restored_incident_shows_its_messages_again(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    event = incidents.register(COMPANY, responsible=ADA)
    await broker.publish([event, incidents.delete(event.subject)])
    assert await shown(service, event.subject) is None

    await broker.publish([incidents.restore(event.subject), incidents.disclose(event.subject)])

    assert await shown(service, event.subject) == [{"kind": "ASSIGNED"}]


async def test_nothing_is_left_of_the_messages_about_a_purged_incident(
    service: RunningService, broker: InProcessBroker, incidents: Incidents
) -> None:
    purged, other = incidents.register(COMPANY, responsible=ADA), incidents.register(COMPANY, responsible=ADA)
    await broker.publish([purged, other, incidents.delete(purged.subject), incidents.purge(purged.subject)])

    async with service.database.read(EVERYTHING) as session:
        assert list(await session.scalars(select(MessageRow.incident_id))) == [other.subject]
        ref = await session.get_one(IncidentRef, purged.subject)
    assert (ref.deleted, ref.responsible_id, ref.version) == (True, None, 3)
