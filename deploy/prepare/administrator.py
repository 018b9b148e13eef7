"""The first user of a new deployment, who may do everything everywhere; later ones are made in the graph."""

from collections.abc import Mapping

from chassis.database import Database
from chassis.engine import new_engine
from chassis.settings import Settings, load
from deploy.local.first_administrator import make_administrator
from services.access.app import WALLS
from services.access.domain import passwords


class _Person(Settings):
    """ADMINISTRATOR_EMAIL, ADMINISTRATOR_NAME and ADMINISTRATOR_PASSWORD."""

    email: str
    name: str = "Administrator"
    password: str


class _Access(Settings):
    database_url: str


async def prepare_administrator(environment: Mapping[str, str]) -> str:
    """Make the first administrator, unless there are users already."""
    person = load(_Person, "ADMINISTRATOR", environment)
    passwords.check(person.password, person.name, person.email)
    database = Database(new_engine(load(_Access, "ACCESS", environment).database_url, connections=1), WALLS)
    try:
        made = await make_administrator(database, email=person.email, name=person.name, password=person.password)
    finally:
        await database.close()
    return f"made the administrator {person.email}" if made else "there are users already: none was made"
