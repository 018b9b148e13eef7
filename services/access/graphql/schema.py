"""The schema of this subgraph."""

from strawberry.tools import merge_types

from chassis.graphql.schema import SilentSchema
from services.access.graphql.history import HistoryQuery
from services.access.graphql.mutations.assign_department import AssignDepartmentMutation
from services.access.graphql.mutations.change_password import ChangePasswordMutation
from services.access.graphql.mutations.create_api_key import CreateApiKeyMutation
from services.access.graphql.mutations.create_company import CreateCompanyMutation
from services.access.graphql.mutations.create_department import CreateDepartmentMutation
from services.access.graphql.mutations.create_group import CreateGroupMutation
from services.access.graphql.mutations.create_site import CreateSiteMutation
from services.access.graphql.mutations.create_team import CreateTeamMutation
from services.access.graphql.mutations.create_user import CreateUserMutation
from services.access.graphql.mutations.delete_group import DeleteGroupMutation
from services.access.graphql.mutations.edit_company import EditCompanyMutation
from services.access.graphql.mutations.edit_department import EditDepartmentMutation
from services.access.graphql.mutations.edit_group import EditGroupMutation
from services.access.graphql.mutations.edit_me import EditMeMutation
from services.access.graphql.mutations.edit_site import EditSiteMutation
from services.access.graphql.mutations.edit_team import EditTeamMutation
from services.access.graphql.mutations.edit_user import EditUserMutation
from services.access.graphql.mutations.end_session import EndSessionMutation
from services.access.graphql.mutations.reset_password import ResetPasswordMutation
from services.access.graphql.mutations.revoke_api_key import RevokeApiKeyMutation
from services.access.graphql.mutations.rotate_api_key import RotateApiKeyMutation
from services.access.graphql.queries import Query as RecordsQuery
from services.access.graphql.types.company import Company
from services.access.graphql.types.department import Department
from services.access.graphql.types.site import Site
from services.access.graphql.types.team import Team
from services.access.graphql.types.user import User
from services.access.graphql.units import UnitQuery

Query = merge_types("Query", (RecordsQuery, UnitQuery, HistoryQuery))
Mutation = merge_types(
    "Mutation",
    (
        CreateCompanyMutation,
        EditCompanyMutation,
        CreateDepartmentMutation,
        EditDepartmentMutation,
        AssignDepartmentMutation,
        CreateSiteMutation,
        EditSiteMutation,
        CreateTeamMutation,
        EditTeamMutation,
        CreateUserMutation,
        EditUserMutation,
        ResetPasswordMutation,
        EditMeMutation,
        ChangePasswordMutation,
        EndSessionMutation,
        CreateGroupMutation,
        EditGroupMutation,
        DeleteGroupMutation,
        CreateApiKeyMutation,
        RotateApiKeyMutation,
        RevokeApiKeyMutation,
    ),
)
schema = SilentSchema(Query, Mutation, types=[Company, Department, Site, Team, User])
