"""The directive by which a field tells the gateway which permission it needs, and which argument names companies."""

from typing import Final

import strawberry
from strawberry.schema_directive import Location

SPECIFICATION = "https://incidentregistry.org/spec/v1.0"
FEDERATION: Final = "2.9"  # the newest that the open-source composition library takes


@strawberry.federation.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="companyScope",
    compose=True,
    import_url=SPECIFICATION,
    description="The permission a field needs, and the path of the argument that names companies.",
)
class CompanyScope:
    permission: str
    argument: str | None = strawberry.directive_field(name="argument", default=strawberry.UNSET)
