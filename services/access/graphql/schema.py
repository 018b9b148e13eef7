"""The schema of this subgraph."""

from strawberry.tools import merge_types

from chassis.graphql.schema import SilentSchema
from services.access.graphql.history import HistoryQuery
from services.access.graphql.mutations.create_api_key import CreateApiKeyMutation
from services.access.graphql.mutations.create_company import CreateCompanyMutation
from services.access.graphql.mutations.create_group import CreateGroupMutation
from services.access.graphql.mutations.create_user import CreateUserMutation
from services.access.graphql.mutations.edit_group import EditGroupMutation
from services.access.graphql.mutations.revoke_api_key import RevokeApiKeyMutation
from services.access.graphql.queries import Query as RecordsQuery
from services.access.graphql.types.company import Company
from services.access.graphql.types.user import User

Query = merge_types("Query", (RecordsQuery, HistoryQuery))
Mutation = merge_types(
    "Mutation",
    (
        CreateCompanyMutation,
        CreateUserMutation,
        CreateGroupMutation,
        EditGroupMutation,
        CreateApiKeyMutation,
        RevokeApiKeyMutation,
    ),
)
schema = SilentSchema(Query, Mutation, types=[Company, User])
