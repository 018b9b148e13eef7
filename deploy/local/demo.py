"""`demo.json`: where the registry is and whom it can be tried as, readable by its owner only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from deploy.local.errors import CannotStart
from deploy.local.first_administrator import EMAIL
from deploy.local.private_files import write_private
from deploy.local.sample import COMPANIES, PEOPLE
from services.access.domain.permissions import CATALOGUE

NOTE = "demo.json"


@dataclass(frozen=True, slots=True)
class SignIn:
    """How one person of the sample gets in."""

    email: str
    password: str
    api_key: str


@dataclass(frozen=True, slots=True)
class Demo:
    """The sample's sign-ins, the administrator first."""

    sign_ins: tuple[SignIn, ...]

    @property
    def users(self) -> list[dict[str, Any]]:
        """As the file has them: with the rights that the sample gives, always as lists of codes and of names."""
        return [
            {"email": each.email, "password": each.password, "apiKey": each.api_key, **_RIGHTS[each.email]}
            for each in self.sign_ins
        ]

    @classmethod
    def read(cls, file: Path) -> Self:
        """Raises CannotStart when `file` holds something else."""
        try:
            users = json.loads(file.read_text(encoding="utf-8"))["users"]
            sign_ins = tuple(SignIn(user["email"], user["password"], user["apiKey"]) for user in users)
        except (ValueError, KeyError, TypeError):
            sign_ins = ()
        if {each.email for each in sign_ins} != _RIGHTS.keys():
            raise CannotStart(f"{file} is damaged: delete it, and the next start writes it anew, with new API keys.")
        return cls(sign_ins)

    def write(self, file: Path, url: str) -> None:
        whole = {"url": url, "graphql": f"{url}/graphql", "users": self.users}
        write_private(file, json.dumps(whole, indent=2) + "\n")


_RIGHTS: Mapping[str, dict[str, Any]] = {
    EMAIL: {
        "companies": [company["code"] for company in COMPANIES],
        "permissions": [permission.name for permission in CATALOGUE],
        "everyCompany": True,
    },
    **{
        person.email: {
            "companies": list(person.companies),
            "permissions": list(person.permissions),
            "everyCompany": False,
        }
        for person in PEOPLE
    },
}
