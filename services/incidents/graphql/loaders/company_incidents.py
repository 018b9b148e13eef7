"""Which incidents do these companies have?"""

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, PagesLoader
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.rows import IncidentRow


def company_incidents(read: OpenRead, actor: Actor) -> PagesLoader[IncidentRow]:
    """Newest first, behind a key of registration time and id."""
    return PagesLoader(
        read,
        lambda session, companies, first, after: Incidents(session, actor).newest_of_companies(companies, first, after),
        lambda session, companies: Incidents(session, actor).count_by_company(companies),
    )
