"""What an incident tells in groups of fields: where, by whom, at what cost, and whence it came."""

from decimal import Decimal

import strawberry

from services.incidents.domain.measures import plain
from services.incidents.graphql.types.enums import RegistrationChannel
from services.incidents.graphql.types.others import Site, User, stub
from services.incidents.persistence.rows import IncidentRow


@strawberry.type(description="A point on the earth, by WGS 84.")
class Coordinates:
    latitude: float = strawberry.field(description="Degrees north of the equator.")
    longitude: float = strawberry.field(description="Degrees east of Greenwich.")


@strawberry.type(description="Where something happened.")
class Location:
    site: Site | None = strawberry.field(description="The company's site.")
    text: str | None = strawberry.field(description="In words.")
    country: str | None = strawberry.field(description="Two letters of ISO 3166.")
    coordinates: Coordinates | None = strawberry.field(description="The point on the map.")


@strawberry.type(description="Who noticed an incident; need not be a user of the registry.")
class ReportedBy:
    user: User | None = strawberry.field(description="The user; null when it is nobody of the registry.")
    name: str | None = strawberry.field(description="Name.")
    email: str | None = strawberry.field(description="Mail address.")
    phone: str | None = strawberry.field(description="Telephone.")
    external: bool | None = strawberry.field(description="Whether it is somebody from outside; null while unknown.")


@strawberry.type(description="An amount of money.")
class Cost:
    amount: Decimal = strawberry.field(description="As text, with up to four decimal places.")
    currency: str = strawberry.field(description="Three letters of ISO 4217.")


@strawberry.type(description="By what way a registration came.")
class IncidentSource:
    channel: RegistrationChannel = strawberry.field(description="By whom or what it was brought.")
    system: str | None = strawberry.field(description="The system it comes from.")
    external_id: str | None = strawberry.field(description="What that system calls it.")
    url: str | None = strawberry.field(description="Where to find it there.")


def location_of(row: IncidentRow) -> Location | None:
    """None where nothing is told of it."""
    told = (row.site_id, row.location_text, row.location_country, row.location_latitude, row.location_longitude)
    if all(each is None for each in told):
        return None
    return Location(
        site=stub(Site, row.site_id),
        text=row.location_text,
        country=row.location_country,
        coordinates=_coordinates(row.location_latitude, row.location_longitude),
    )


def reported_by_of(row: IncidentRow) -> ReportedBy | None:
    """None where nothing is told of it."""
    told = (row.reported_by_name, row.reported_by_email, row.reported_by_phone)
    if all(each is None for each in (*told, row.reported_by_id, row.reported_by_external)):
        return None
    return ReportedBy(
        user=stub(User, row.reported_by_id),
        name=row.reported_by_name,
        email=row.reported_by_email,
        phone=row.reported_by_phone,
        external=row.reported_by_external,
    )


def cost_of(row: IncidentRow) -> Cost | None:
    if row.cost_amount is None or row.cost_currency is None:
        return None
    return Cost(amount=plain(row.cost_amount), currency=row.cost_currency)


def source_of(row: IncidentRow) -> IncidentSource:
    return IncidentSource(
        channel=RegistrationChannel[row.source_channel],
        system=row.source_system,
        external_id=row.source_external_id,
        url=row.source_url,
    )


def _coordinates(latitude: float | None, longitude: float | None) -> Coordinates | None:
    if latitude is None or longitude is None:
        return None
    return Coordinates(latitude=latitude, longitude=longitude)
