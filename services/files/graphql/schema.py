"""The schema of this subgraph."""

from strawberry.schema.config import StrawberryConfig

from chassis.graphql.schema import SilentSchema
from services.files.graphql.queries import Query
from services.files.graphql.types.file import BYTE_COUNT, ByteCount
from services.files.graphql.types.incident import Incident

schema = SilentSchema(
    Query,
    types=[Incident],
    config=StrawberryConfig(scalar_map={ByteCount: BYTE_COUNT}),
)
