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
    OUTCOME = strawberry.enum_value("outcome", description="What incidents may turn out to be.")
    IMPACT_LEVEL = strawberry.enum_value("impact_level", description="How much harm incidents may do.")
    PRIORITY = strawberry.enum_value("priority", description="How soon incidents may have to be dealt with.")
    DETECTION_SOURCE = strawberry.enum_value("detection_source", description="How incidents become known.")
    INDICATOR_TYPE = strawberry.enum_value("indicator_type", description="Types of indicators.")
    ROLE = strawberry.enum_value("role", description="What people do in the handling of an incident.")
    LINK_TYPE = strawberry.enum_value("link_type", description="How incidents may be linked.")
    DEPARTMENT_KIND = strawberry.enum_value("department_kind", description="What departments are for.")
    TIMESTAMP = strawberry.enum_value("timestamp", description="Moments that can be recorded of an incident.")
    FILE_KIND = strawberry.enum_value("file_kind", description="What files may be to their incident.")


@strawberry.enum(name="DirectorySort", description="What a list of entries is sorted by.")
class Sort(Enum):
    ORDER = strawberry.enum_value("ORDER", description="The order that administrators have given it.")
    NAME = strawberry.enum_value("NAME", description="Their names, as your language sorts them.")


@strawberry.enum(name="TextDirection", description="Which way a language is written.")
class Direction(Enum):
    LEFT_TO_RIGHT = strawberry.enum_value("ltr", description="From left to right.")
    RIGHT_TO_LEFT = strawberry.enum_value("rtl", description="From right to left, as Arabic.")
