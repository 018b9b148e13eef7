"""The schema of this subgraph."""

from strawberry.tools import merge_types

from chassis.graphql.schema import SilentSchema
from services.directories.graphql.export import ExportQuery
from services.directories.graphql.guide_queries import GuideQuery
from services.directories.graphql.history import HistoryQuery
from services.directories.graphql.mutations.create_directory_entry import CreateDirectoryEntryMutation
from services.directories.graphql.mutations.create_guide_page import CreateGuidePageMutation
from services.directories.graphql.mutations.edit_directory_entry import EditDirectoryEntryMutation
from services.directories.graphql.mutations.edit_glossary import EditGlossaryMutation
from services.directories.graphql.mutations.edit_guide_page import EditGuidePageMutation
from services.directories.graphql.mutations.import_directories import ImportDirectoriesMutation
from services.directories.graphql.mutations.merge_directory_entries import MergeDirectoryEntriesMutation
from services.directories.graphql.mutations.publish_guide_page import PublishGuidePageMutation
from services.directories.graphql.mutations.reorder_directory import ReorderDirectoryMutation
from services.directories.graphql.mutations.revert_guide_page import RevertGuidePageMutation
from services.directories.graphql.mutations.review_translation import ReviewTranslationMutation
from services.directories.graphql.mutations.switch_directory_locale import SwitchDirectoryLocaleMutation
from services.directories.graphql.mutations.translate_missing import TranslateMissingMutation
from services.directories.graphql.queries import Query
from services.directories.graphql.translation_job_queries import TranslationJobQuery
from services.directories.graphql.translation_queries import TranslationQuery
from services.directories.graphql.types.entries import TYPES

_ENTRIES = (
    CreateDirectoryEntryMutation,
    EditDirectoryEntryMutation,
    ReorderDirectoryMutation,
    MergeDirectoryEntriesMutation,
    SwitchDirectoryLocaleMutation,
    ImportDirectoriesMutation,
)
_GUIDE = (CreateGuidePageMutation, EditGuidePageMutation, PublishGuidePageMutation, RevertGuidePageMutation)
_TRANSLATION = (ReviewTranslationMutation, TranslateMissingMutation, EditGlossaryMutation)
Mutation = merge_types("Mutation", (*_ENTRIES, *_GUIDE, *_TRANSLATION))
schema = SilentSchema(
    merge_types("Query", (Query, ExportQuery, HistoryQuery, GuideQuery, TranslationQuery, TranslationJobQuery)),
    Mutation,
    types=[*TYPES.values()],
)
