"""What the schemas tell the gateway: which permission a field needs, and which things another service owns."""

from typing import Final

import strawberry
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet
from strawberry.schema_directive import Location

SPECIFICATION = "https://incidentregistry.org/spec/v1.0"
FEDERATION: Final = "2.9"  # the newest that the open-source composition library takes
OWNED_ELSEWHERE: Final = Key(fields=FieldSet("id"), resolvable=False)


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
