"""The words that some fields of files are chosen from."""

from enum import Enum

import strawberry

from services.files.domain import files, owners


@strawberry.enum(description="What kind of thing a file belongs to.")
class FileOwnerKind(Enum):
    INCIDENT = strawberry.enum_value(owners.OwnerKind.INCIDENT.value, description="An incident.")
    COMPANY = strawberry.enum_value(owners.OwnerKind.COMPANY.value, description="A company, whose document it is.")
    GUIDE_PAGE = strawberry.enum_value(owners.OwnerKind.GUIDE_PAGE.value, description="A page of the guide.")


@strawberry.enum(description="What a file is to its owner; to a company or a page of the guide always an attachment.")
class FileKind(Enum):
    MAIN_REPORT = strawberry.enum_value(files.FileKind.MAIN_REPORT.value, description="The report on the incident.")
    ATTACHMENT = strawberry.enum_value(files.FileKind.ATTACHMENT.value, description="Anything that helps the work.")
    EVIDENCE = strawberry.enum_value(files.FileKind.EVIDENCE.value, description="Evidence, never to be altered.")


@strawberry.enum(description="Whether a file may be had.")
class FileState(Enum):
    CHECKING = strawberry.enum_value(
        files.FileState.CHECKING.value, description="It has arrived and is looked at; that takes seconds."
    )
    AVAILABLE = strawberry.enum_value(files.FileState.AVAILABLE.value, description="It was checked; `url` gives it.")
    QUARANTINED = strawberry.enum_value(
        files.FileState.QUARANTINED.value, description="The scanner did not answer; it is asked again by itself."
    )
    REFUSED = strawberry.enum_value(
        files.FileState.REFUSED.value, description="`findings` say why nobody gets it; its bytes go after 30 days."
    )


@strawberry.enum(name="TlpMarking", description="To whom it may be told: Traffic Light Protocol 2.0 (FIRST).")
class TlpMarking(Enum):
    CLEAR = strawberry.enum_value(files.Tlp.CLEAR.value, description="To everybody.")
    GREEN = strawberry.enum_value(files.Tlp.GREEN.value, description="Within the community.")
    AMBER = strawberry.enum_value(
        files.Tlp.AMBER.value, description="Within the organisation and to its clients, who need it."
    )
    AMBER_STRICT = strawberry.enum_value(
        files.Tlp.AMBER_STRICT.value, description="Within the organisation, who need it."
    )
    RED = strawberry.enum_value(files.Tlp.RED.value, description="To those present only.")
