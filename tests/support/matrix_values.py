"""Values for the arguments of the graph, found by their names and types, so that a new argument has one too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    is_required_input_field,
)

Slot: TypeAlias = tuple[str, ...]  # an argument, or a field of an argument's input object
_COMPANIES: Final = frozenset({"company", "companies", "addCompanies", "removeCompanies"})
_USERS: Final = (
    *("userId", "userIds", "responsibleId", "responsibleIds", "actorIds"),
    *("members", "addMembers", "removeMembers", "memberIds"),
)
_OWNERS: Final = {
    **dict.fromkeys(("companyId", "companyIds"), "Company"),
    **dict.fromkeys(_USERS, "User"),
    **dict.fromkeys(("parentId", "departmentId"), "Department"),
    "subjectIds": "Group",
}
_PLAIN: Final[Mapping[str, Any]] = {
    "Int": 1, "Float": 1.0, "Boolean": True, "DateTime": "2031-01-02T03:04:05Z", "String": "Probe", "ByteCount": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whose things are named: ids by type, and texts by the argument's name (`code`, `reference`, `search`, ...)."""

    ids: Mapping[str, str]
    texts: Mapping[str, str]

    def words(self) -> list[str]:
        """Longest first, so that none is replaced within another."""
        return sorted({*self.ids.values(), *self.texts.values()}, key=len, reverse=True)


@dataclass(slots=True)
class Values:
    """Values for arguments by their names and types. `owner` is the type a plain `id` stands for."""

    target: Target
    entries: Mapping[str, str]  # a code by the name of the argument, such as severity
    owner: str = ""
    by: str = "id"  # how references name: by id or by code
    named: bool = field(default=False, init=False)

    def of(self, name: str, kind: Any, chosen: Slot = ()) -> Any:
        """`chosen` is the optional field of an input object that is given beside the required ones."""
        if isinstance(kind, GraphQLNonNull):
            return self.of(name, kind.of_type, chosen)
        if isinstance(kind, GraphQLList):
            return [self.of(name, kind.of_type, chosen)]
        if isinstance(kind, GraphQLInputObjectType):
            return self._reference(name) if kind.name == "Reference" else self._object(kind, chosen)
        if isinstance(kind, GraphQLEnumType):
            return next(iter(kind.values))
        return self._scalar(name, kind.name)

    def _object(self, kind: GraphQLInputObjectType, chosen: Slot) -> dict[str, Any]:
        return {
            name: self.of(name, each.type, chosen[1:])
            for name, each in kind.fields.items()
            if is_required_input_field(each) or name in chosen[:1]
        }

    def _reference(self, name: str) -> dict[str, str]:
        if name not in _COMPANIES:
            return {"code": self.entries.get(name, "no-such-entry")}
        self.named = True
        return {"id": self.target.ids["Company"]} if self.by == "id" else {"code": self.target.texts["code"]}

    def _scalar(self, name: str, kind: str) -> Any:
        if kind == "ID":
            self.named = True
            return self.target.ids.get(_OWNERS.get(name, self.owner), self.target.ids["Incident"])
        for key in (name, name.removesuffix("s")):
            if key in self.target.texts:
                self.named = True
                return self.target.texts[key]
        if name == "permissions" or name.endswith("Permissions"):
            return "incident.view"
        if name == "permission":
            return "incident.edit"
        return 3 if name == "first" else _PLAIN.get(kind, "Probe")
