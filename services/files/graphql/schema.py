"""The schema of this subgraph."""

import strawberry
from strawberry.schema.config import StrawberryConfig

from chassis.graphql.schema import SilentSchema
from services.files.graphql.mutations.files import FileMutations
from services.files.graphql.mutations.uploads import UploadMutations
from services.files.graphql.queries import Query
from services.files.graphql.types.incident import Incident
from services.files.graphql.types.mention import FileMention
from services.files.graphql.types.owners import Company, GuidePage
from services.files.graphql.types.scalars import BYTE_COUNT, ByteCount


@strawberry.type
class Mutation(UploadMutations, FileMutations):
    pass


schema = SilentSchema(
    Query,
    Mutation,
    types=[Company, FileMention, GuidePage, Incident],
    config=StrawberryConfig(scalar_map={ByteCount: BYTE_COUNT}),
)
