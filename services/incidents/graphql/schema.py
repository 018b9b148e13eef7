"""The schema of this subgraph."""

from strawberry.tools import merge_types

from chassis.graphql.schema import SilentSchema
from services.incidents.graphql.action_item_queries import ActionItemQueries
from services.incidents.graphql.deleted import DeletedQueries
from services.incidents.graphql.indicator_queries import IndicatorQueries
from services.incidents.graphql.mutations.action_items import ActionItemMutations
from services.incidents.graphql.mutations.assets import AssetMutations
from services.incidents.graphql.mutations.change_incident_members import ChangeIncidentMembersMutation
from services.incidents.graphql.mutations.change_incident_status import ChangeIncidentStatusMutation
from services.incidents.graphql.mutations.change_incident_visibility import ChangeIncidentVisibilityMutation
from services.incidents.graphql.mutations.comments import CommentMutations
from services.incidents.graphql.mutations.delete_incident import DeleteIncidentMutation
from services.incidents.graphql.mutations.edit_incident import EditIncidentMutation
from services.incidents.graphql.mutations.indicators import IndicatorMutations
from services.incidents.graphql.mutations.links import LinkMutations
from services.incidents.graphql.mutations.register_incident import RegisterIncidentMutation
from services.incidents.graphql.mutations.restore_incident import RestoreIncidentMutation
from services.incidents.graphql.mutations.reviews import ReviewMutations
from services.incidents.graphql.mutations.roles import RoleMutations
from services.incidents.graphql.mutations.set_incident_gate import SetIncidentGateMutation
from services.incidents.graphql.mutations.set_incident_review_policy import SetIncidentReviewPolicyMutation
from services.incidents.graphql.mutations.tasks import TaskMutations
from services.incidents.graphql.mutations.timeline import TimelineMutations
from services.incidents.graphql.mutations.timestamps import TimestampMutations
from services.incidents.graphql.mutations.translate_incident import TranslateIncidentMutation
from services.incidents.graphql.queries import IncidentQueries
from services.incidents.graphql.search_queries import SearchQueries
from services.incidents.graphql.tag_queries import TagQueries
from services.incidents.graphql.task_queries import TaskQueries
from services.incidents.graphql.types.incident import Company, Incident

Query = merge_types(
    "Query",
    (
        IncidentQueries,
        TaskQueries,
        SearchQueries,
        ActionItemQueries,
        DeletedQueries,
        IndicatorQueries,
        TagQueries,
    ),
)
Mutation = merge_types(
    "Mutation",
    (
        RegisterIncidentMutation,
        EditIncidentMutation,
        ChangeIncidentStatusMutation,
        ChangeIncidentVisibilityMutation,
        ChangeIncidentMembersMutation,
        DeleteIncidentMutation,
        TranslateIncidentMutation,
        SetIncidentGateMutation,
        CommentMutations,
        TaskMutations,
        ReviewMutations,
        SetIncidentReviewPolicyMutation,
        ActionItemMutations,
        RoleMutations,
        LinkMutations,
        TimelineMutations,
        RestoreIncidentMutation,
        IndicatorMutations,
        AssetMutations,
        TimestampMutations,
    ),
)
schema = SilentSchema(Query, Mutation, types=[Incident, Company])
