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


@strawberry.enum(name="IncidentKind", description="What was registered.")
class RecordKind(Enum):
    INCIDENT = strawberry.enum_value("INCIDENT", description="An information-security incident.")
    EVENT = strawberry.enum_value("EVENT", description="Something that was noticed, and harmed nothing so far.")
    NEAR_MISS = strawberry.enum_value("NEAR_MISS", description="It nearly became an incident.")
    EXERCISE = strawberry.enum_value("EXERCISE", description="Practice; no figure counts it.")


@strawberry.enum(name="TlpMarking", description="To whom it may be told: the Traffic Light Protocol, version 2.0.")
class TlpMarking(Enum):
    CLEAR = strawberry.enum_value("CLEAR", description="To everybody.")
    GREEN = strawberry.enum_value("GREEN", description="Within the community.")
    AMBER = strawberry.enum_value("AMBER", description="Within the organisation and to its clients, who need it.")
    AMBER_STRICT = strawberry.enum_value("AMBER_STRICT", description="Within the organisation, who need it.")
    RED = strawberry.enum_value("RED", description="To those present only.")


@strawberry.enum(name="PapMarking", description="What may be done with it: the Permissible Actions Protocol.")
class PapMarking(Enum):
    CLEAR = strawberry.enum_value("CLEAR", description="Anything.")
    GREEN = strawberry.enum_value("GREEN", description="Active steps, such as blocking.")
    AMBER = strawberry.enum_value("AMBER", description="Passive look-ups that those concerned do not notice.")
    RED = strawberry.enum_value("RED", description="Only what nobody outside can notice.")


@strawberry.enum(name="ImpactArea", description="What an incident harmed.")
class HarmedArea(Enum):
    CONFIDENTIALITY = strawberry.enum_value("CONFIDENTIALITY", description="Somebody learned what was not for them.")
    INTEGRITY = strawberry.enum_value("INTEGRITY", description="Something was changed that should not be.")
    AVAILABILITY = strawberry.enum_value("AVAILABILITY", description="Something was not there when needed.")
    SAFETY = strawberry.enum_value("SAFETY", description="People or surroundings were in danger.")
    FINANCE = strawberry.enum_value("FINANCE", description="It cost money.")
    LEGAL = strawberry.enum_value("LEGAL", description="Laws or contracts are concerned.")
    REPUTATION = strawberry.enum_value("REPUTATION", description="What others think of the company suffered.")


@strawberry.enum(description="By what way a registration came.")
class RegistrationChannel(Enum):
    WEB = strawberry.enum_value("WEB", description="A person in a browser.")
    API = strawberry.enum_value("API", description="A program of whatever kind.")
    MAIL = strawberry.enum_value("MAIL", description="A mail to the registry.")
    ALERT = strawberry.enum_value("ALERT", description="An alert of a monitoring system.")
    CHAT = strawberry.enum_value("CHAT", description="A message in a chat.")
    IMPORT = strawberry.enum_value("IMPORT", description="A table that was imported.")
