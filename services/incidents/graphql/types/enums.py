"""The words callers choose from, each described; they mirror enums of the domain and of persistence by name."""

from enum import Enum

import strawberry


@strawberry.enum(name="StatusCategory", description="What a status means for the registry, whatever it is called.")
class Category(Enum):
    NEW = strawberry.enum_value("NEW", description="Registered, nobody has taken it up.")
    TRIAGE = strawberry.enum_value("TRIAGE", description="It is being found out what it is and who takes it up.")
    ACTIVE = strawberry.enum_value("ACTIVE", description="Being worked on.")
    RESOLVED = strawberry.enum_value("RESOLVED", description="The cause is gone and operation is restored.")
    REVIEW = strawberry.enum_value("REVIEW", description="What is to be learned from it is being written down.")
    CLOSED = strawberry.enum_value("CLOSED", description="Done; opening it again takes a permission.")
    DECLINED = strawberry.enum_value("DECLINED", description="It was no incident, or none of ours; final.")
    MERGED = strawberry.enum_value("MERGED", description="It is recorded under another incident; final.")


@strawberry.enum(name="IncidentVisibility", description="Who sees an incident within its company.")
class Audience(Enum):
    COMPANY = strawberry.enum_value("COMPANY", description="Whoever may view the company's incidents.")
    RESTRICTED = strawberry.enum_value(
        "RESTRICTED",
        description="Of those only its members and who may see all restricted ones; for others it does not exist.",
    )


@strawberry.enum(description="By what a list is sorted.")
class IncidentOrder(Enum):
    REGISTERED_AT_ASC = strawberry.enum_value("REGISTERED_AT_ASC", description="The first registered first.")
    REGISTERED_AT_DESC = strawberry.enum_value("REGISTERED_AT_DESC", description="The last registered first.")
    UPDATED_AT_ASC = strawberry.enum_value("UPDATED_AT_ASC", description="The longest unchanged first.")
    UPDATED_AT_DESC = strawberry.enum_value("UPDATED_AT_DESC", description="The last changed first.")
