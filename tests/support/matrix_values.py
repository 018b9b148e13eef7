"""Values for the arguments of the graph, found by their names and types, so that a new argument has one too."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
    is_leaf_type,
    is_required_input_field,
)

Slot: TypeAlias = tuple[str, ...]  # an argument, or a field of an argument's input object
REMEDY: Final = "tell tests/support/matrix_values.py what to try there"
_COMPANIES: Final = frozenset({"company", "companies", "addCompanies", "removeCompanies"})
_USERS: Final = (
    *("userId", "userIds", "responsibleId", "responsibleIds", "actorIds", "reportedByIds", "registeredByIds"),
    *("members", "addMembers", "removeMembers", "memberIds", "mentionIds", "assigneeIds"),
    *("facilitatorId", "participantIds", "ownerIds", "recipientId", "recipientIds"),
)
_OWNERS: Final = {
    **dict.fromkeys(("companyId", "companyIds"), "Company"),
    **dict.fromkeys(_USERS, "User"),
    **dict.fromkeys(("parentId", "departmentId", "departmentIds"), "Department"),
    **dict.fromkeys(("siteId", "siteIds"), "Site"),
    **dict.fromkeys(("teamId", "teamIds"), "Team"),
    "subjectIds": "Group",
    **dict.fromkeys(("incidentId", "covers", "otherId"), "Incident"),
    "replyToId": "IncidentComment",
    "attachmentIds": "File",
    "templateId": "MailTemplate",
    **dict.fromkeys(("dependsOn", "afterId"), "IncidentTask"),
    **dict.fromkeys(("pageId", "guidePageId", "ownerId"), "GuidePage"),
    **dict.fromkeys(("entryId", "entryIds", "intoId"), "DirectoryEntry"),
}
_OF_SOME: Final = {("IncidentActionItem", "ownerId"): "User"}  # by the type that the field is about
_OF_FEED: Final = {"after": "feedAfter", "types": "feedTypes"}  # as texts of a target are called
_TELL_EVENTS: Final = frozenset({"EventPage", "RegistryEvent"})
_UPLOADS: Final = ("ResumeUploadInput", "CompleteUploadsInput", "AbandonUploadsInput")
_OF_INPUTS: Final = {  # whose own ids are of another type than the field's
    "IndicatorReference": "Indicator",
    **dict.fromkeys(_UPLOADS, "FileUpload"),
}
_DIRECTORY_ENTRIES: Final = frozenset({"classification", "classifications", "parent", "inverse"})
_OF_NO_COMPANY: Final = {"TranslationJob": "01900000-0000-7000-8000-000000000000"}
_OWN_IDS: Final = frozenset({"id", "ids"})  # of the type that the field is about
_PLAIN: Final[Mapping[str, Any]] = {
    "Int": 1, "Float": 1.0, "Boolean": True, "DateTime": "2031-01-02T03:04:05Z", "Date": "2031-01-02",
    "String": "Probe", "ByteCount": 1, "Decimal": "1.5",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whose things are named: ids by type, and texts by the argument's name (`code`, `reference`, `search`, ...)."""

    ids: Mapping[str, str]
    texts: Mapping[str, str]

    def words(self) -> list[str]:
        """Longest first, so that none is replaced within another."""
        return sorted({*self.ids.values(), *self.texts.values()}, key=len, reverse=True)


class NoValueError(Exception):
    """The matrix does not know what to try for an argument of the graph."""


@dataclass(slots=True)
class Values:
    """Values for arguments by their names and types. `owner` is the type a plain `id` stands for.

    With a `base`, only what is `chosen` names things of the target, in lists beside one of the base; all else names
    things of the base.
    """

    target: Target
    entries: Mapping[str, str]  # a code by the name of the argument, such as severity
    owner: str = ""
    by: str = "id"  # how references name: by id or by code
    base: Target | None = None
    named: bool = field(default=False, init=False)

    def of(self, name: str, kind: Any, chosen: Slot | None = ()) -> Any:
        """`chosen` leads from here to the optional field that is given beside the required ones; None leads elsewhere.

        Raises NoValueError.
        """
        if isinstance(kind, GraphQLNonNull):
            return self.of(name, kind.of_type, chosen)
        if isinstance(kind, GraphQLList):
            return [*self._beside(name, kind.of_type, chosen), self.of(name, kind.of_type, chosen)]
        if isinstance(kind, GraphQLInputObjectType):
            return self._reference(name, chosen) if kind.name == "Reference" else self._object(kind, chosen)
        if isinstance(kind, GraphQLEnumType):
            return next(iter(kind.values))
        return self._scalar(name, kind.name, chosen)

    def _beside(self, name: str, kind: Any, chosen: Slot | None) -> list[Any]:
        inner = get_named_type(kind)
        if self.base is None or chosen != () or (inner.name != "Reference" and not is_leaf_type(inner)):
            return []
        ours = Values(self.base, self.entries, self.owner, self.by)
        found = ours.of(name, kind)
        return [found] if ours.named else []

    def _object(self, kind: GraphQLInputObjectType, chosen: Slot | None) -> dict[str, Any]:
        values = replace(self, owner=_OF_INPUTS.get(kind.name, self.owner))
        found = {
            name: values.of(name, each.type, step(chosen, name))
            for name, each in kind.fields.items()
            if is_required_input_field(each) or (chosen and name == chosen[0])
        }
        self.named |= values.named
        return found

    def _reference(self, name: str, chosen: Slot | None) -> dict[str, str]:
        for names, kind, code in ((_COMPANIES, "Company", "code"), (_DIRECTORY_ENTRIES, "DirectoryEntry", "entry")):
            if name in names:
                target = self._named(chosen)
                return {"id": target.ids[kind]} if self.by == "id" else {"code": target.texts[code]}
        if name not in self.entries:
            raise NoValueError(f"There is no code to try for the reference {name!r}: {REMEDY}.")
        return {"code": self.entries[name]}

    def _scalar(self, name: str, kind: str, chosen: Slot | None) -> Any:
        if kind == "ID":
            return self._id(name, chosen)
        text = "entry" if (self.owner, name) == ("DirectoryEntry", "code") else name
        text = _OF_FEED.get(name, text) if self.owner in _TELL_EVENTS else text
        for key in (text, text.removesuffix("s")):
            if key in self.target.texts:
                return self._text(key, chosen, in_list=key != text)
        if name == "permissions" or name.endswith("Permissions"):
            return "incident.view"
        if name == "permission":
            return "incident.edit"
        if kind not in _PLAIN:
            raise NoValueError(f"There is nothing to try for {name!r} of the type {kind}: {REMEDY}.")
        return 3 if name in {"first", "last"} else _PLAIN[kind]

    def _id(self, name: str, chosen: Slot | None) -> str:
        named = _OF_SOME.get((self.owner, name)) or _OWNERS.get(name, "")
        kind = self.owner if name in _OWN_IDS else named
        if kind in _OF_NO_COMPANY:
            return _OF_NO_COMPANY[kind]
        target = self._named(chosen)
        if kind not in target.ids:
            raise NoValueError(f"There is no id to try for {name!r}, of {kind or 'an unknown type'}: {REMEDY}.")
        return target.ids[kind]

    def _text(self, key: str, chosen: Slot | None, *, in_list: bool) -> str:
        """A text alone names nothing beside anything."""
        return self.base.texts[key] if self.base is not None and not in_list else self._named(chosen).texts[key]

    def _named(self, chosen: Slot | None) -> Target:
        if self.base is not None and chosen != ():
            return self.base
        self.named = True
        return self.target


def step(chosen: Slot | None, name: str) -> Slot | None:
    """What is left of the way behind `name`: nothing below its end, None where it leads elsewhere."""
    if not chosen:
        return chosen
    return chosen[1:] if chosen[0] == name else None
