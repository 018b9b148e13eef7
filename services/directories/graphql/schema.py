"""The schema of this subgraph."""

from strawberry.tools import merge_types

from chassis.graphql.schema import SilentSchema
from services.directories.graphql.mutations.create_directory_entry import CreateDirectoryEntryMutation
from services.directories.graphql.mutations.edit_directory_entry import EditDirectoryEntryMutation
from services.directories.graphql.queries import Query
from services.directories.graphql.types.entries import TYPES

Mutation = merge_types("Mutation", (CreateDirectoryEntryMutation, EditDirectoryEntryMutation))
schema = SilentSchema(Query, Mutation, types=[*TYPES.values()])
