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
    OCCURRED_AT_ASC = strawberry.enum_value("OCCURRED_AT_ASC", description="The first begun first; unknown ones last.")
    OCCURRED_AT_DESC = strawberry.enum_value("OCCURRED_AT_DESC", description="The last begun first; unknown ones last.")
    DETECTED_AT_ASC = strawberry.enum_value("DETECTED_AT_ASC", description="The first detected first; unknown last.")
    DETECTED_AT_DESC = strawberry.enum_value("DETECTED_AT_DESC", description="The last detected first; unknown last.")
    RESOLVED_AT_ASC = strawberry.enum_value("RESOLVED_AT_ASC", description="The first resolved first; open ones last.")
    RESOLVED_AT_DESC = strawberry.enum_value("RESOLVED_AT_DESC", description="The last resolved first; open ones last.")
    CLOSED_AT_ASC = strawberry.enum_value("CLOSED_AT_ASC", description="The first closed first; others last.")
    CLOSED_AT_DESC = strawberry.enum_value("CLOSED_AT_DESC", description="The last closed first; others last.")
    REFERENCE_ASC = strawberry.enum_value("REFERENCE_ASC", description="By reference: company, year and number.")
    REFERENCE_DESC = strawberry.enum_value("REFERENCE_DESC", description="By reference, the last one first.")
    STATUS_CATEGORY_ASC = strawberry.enum_value("STATUS_CATEGORY_ASC", description="By category, NEW first.")
    STATUS_CATEGORY_DESC = strawberry.enum_value("STATUS_CATEGORY_DESC", description="By category, MERGED first.")
    SEVERITY_ASC = strawberry.enum_value("SEVERITY_ASC", description="The least severe first; not assessed ones last.")
    SEVERITY_DESC = strawberry.enum_value("SEVERITY_DESC", description="The worst first; not assessed ones last.")
    PRIORITY_ASC = strawberry.enum_value("PRIORITY_ASC", description="What can wait first; without a priority last.")
    PRIORITY_DESC = strawberry.enum_value("PRIORITY_DESC", description="The most urgent first; without one last.")


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


@strawberry.enum(name="TimestampName", description="A moment in the life of an incident.")
class Moment(Enum):
    OCCURRED = strawberry.enum_value("occurred_at", description="It began.")
    OCCURRED_UNTIL = strawberry.enum_value("occurred_until", description="It ended.")
    DETECTED = strawberry.enum_value("detected_at", description="It was detected.")
    AWARE = strawberry.enum_value(
        "aware_at", description="The organisation knew of it, which starts legal terms; the detection, unless told."
    )
    REPORTED = strawberry.enum_value("reported_at", description="It was reported.")
    ACKNOWLEDGED = strawberry.enum_value("acknowledged_at", description="Somebody took it up, the first time.")
    RESPONDED = strawberry.enum_value("responded_at", description="Work on it began, the first time.")
    CONTAINED = strawberry.enum_value("contained_at", description="It could spread no further.")
    ERADICATED = strawberry.enum_value("eradicated_at", description="Its cause was gone.")
    RECOVERED = strawberry.enum_value("recovered_at", description="Operation was restored.")
    FIRST_RESOLVED = strawberry.enum_value("first_resolved_at", description="It was resolved for the first time.")
    RESOLVED = strawberry.enum_value("resolved_at", description="It was resolved for the last time.")
    CLOSED = strawberry.enum_value("closed_at", description="It was closed for the last time.")
    FIRST_REOPENED = strawberry.enum_value("first_reopened_at", description="It was opened again, the first time.")


@strawberry.enum(description="How exact a moment is.")
class TimestampPrecision(Enum):
    MINUTE = strawberry.enum_value("MINUTE", description="To the minute.")
    HOUR = strawberry.enum_value("HOUR", description="To the hour.")
    DAY = strawberry.enum_value("DAY", description="To the day.")


@strawberry.enum(description="Whence a moment comes.")
class TimestampOrigin(Enum):
    AUTO = strawberry.enum_value("AUTO", description="The registry stamped it.")
    MANUAL = strawberry.enum_value("MANUAL", description="Somebody told it.")
    IMPORT = strawberry.enum_value("IMPORT", description="It was imported.")


@strawberry.enum(name="IncidentDemand", description="What a gate may ask of an incident.")
class GateDemand(Enum):
    DESCRIPTION = strawberry.enum_value("DESCRIPTION", description="What happened.")
    CLASSIFICATION = strawberry.enum_value("CLASSIFICATION", description="Its class.")
    TYPE = strawberry.enum_value("TYPE", description="Its type.")
    SEVERITY = strawberry.enum_value("SEVERITY", description="How bad it is.")
    PRIORITY = strawberry.enum_value("PRIORITY", description="How soon it is to be dealt with.")
    RESPONSIBLE = strawberry.enum_value("RESPONSIBLE", description="Who works it.")
    TEAM = strawberry.enum_value("TEAM", description="The team that works it.")
    DEPARTMENT = strawberry.enum_value("DEPARTMENT", description="The department it happened in.")
    LOCATION = strawberry.enum_value("LOCATION", description="A site, a place in words, or coordinates.")
    REPORTED_BY = strawberry.enum_value("REPORTED_BY", description="A user, or a name or address.")
    DETECTION_SOURCE = strawberry.enum_value("DETECTION_SOURCE", description="How it became known.")
    OCCURRED_AT = strawberry.enum_value("OCCURRED_AT", description="When it began.")
    DETECTED_AT = strawberry.enum_value("DETECTED_AT", description="When it was detected.")
    AWARE_AT = strawberry.enum_value("AWARE_AT", description="When the organisation knew of it.")
    CONTAINED_AT = strawberry.enum_value("CONTAINED_AT", description="When it could spread no further.")
    RECOVERED_AT = strawberry.enum_value("RECOVERED_AT", description="When operation was restored.")
    PERSONAL_DATA = strawberry.enum_value("PERSONAL_DATA", description="Whether personal data are concerned.")
    CRITICAL_SERVICE = strawberry.enum_value("CRITICAL_SERVICE", description="Whether a critical service is concerned.")
    IMPACT = strawberry.enum_value("IMPACT", description="What it did.")
    IMPACT_LEVEL = strawberry.enum_value("IMPACT_LEVEL", description="How much harm it did.")
    IMPACT_AREAS = strawberry.enum_value("IMPACT_AREAS", description="What it harmed.")
    COST = strawberry.enum_value("COST", description="What it cost.")
    OUTCOME = strawberry.enum_value("OUTCOME", description="What it turned out to be.")
    ROOT_CAUSE = strawberry.enum_value("ROOT_CAUSE", description="Why it could happen.")
    ACTIONS_TAKEN = strawberry.enum_value("ACTIONS_TAKEN", description="What was done.")
    PREVENTIVE_MEASURES = strawberry.enum_value(
        "PREVENTIVE_MEASURES", description="What shall keep it from recurring, or why nothing is to be done."
    )
    REPORTS_AND_RECORDS = strawberry.enum_value("REPORTS_AND_RECORDS", description="Reports and records about it.")
    TASKS = strawberry.enum_value("TASKS", description="Each mandatory task is finished.")
    REVIEW = strawberry.enum_value("REVIEW", description="The review is approved, where its severity asks for one.")
    ACTION_ITEMS = strawberry.enum_value(
        "ACTION_ITEMS", description="Each open action item has an owner and a due date."
    )
