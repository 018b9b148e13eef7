"""The enums of this subgraph, each value described; they mirror those of the domain by name."""

from enum import Enum

import strawberry


@strawberry.enum(name="StatusCategory", description="What a status means for the registry, whatever it is called.")
class CategoryType(Enum):
    NEW = strawberry.enum_value("NEW", description="Registered, nobody has taken it up.")
    TRIAGE = strawberry.enum_value("TRIAGE", description="It is being found out what it is and who takes it up.")
    ACTIVE = strawberry.enum_value("ACTIVE", description="Being worked on.")
    RESOLVED = strawberry.enum_value("RESOLVED", description="The cause is gone and operation is restored.")
    REVIEW = strawberry.enum_value("REVIEW", description="What is to be learned from it is being written down.")
    CLOSED = strawberry.enum_value("CLOSED", description="Done; opening it again takes a permission.")
    DECLINED = strawberry.enum_value("DECLINED", description="It was no incident, or none of ours; final.")
    MERGED = strawberry.enum_value("MERGED", description="It is recorded under another incident; final.")


@strawberry.enum(name="DirectoryKind", description="One of the directories.")
class KindType(Enum):
    CLASSIFICATION = strawberry.enum_value("classification", description="Classes of incidents.")
    INCIDENT_TYPE = strawberry.enum_value("incident_type", description="Types of incidents, each within a class.")
    STATUS = strawberry.enum_value("status", description="Where an incident may stand.")
    SEVERITY = strawberry.enum_value("severity", description="How bad an incident may be.")
