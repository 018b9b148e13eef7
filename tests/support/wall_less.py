"""A service whose database knows no walls: what its queries keep from an actor by themselves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from chassis.commandline import Service
from deploy.local.postgres import PostgresServer
from deploy.local.postgres_cluster import SUPERUSER
from deploy.local.provision import DatabaseUrls
from tests.support.services import RunningService, running


@asynccontextmanager
async def without_walls(
    service: Service, urls: DatabaseUrls, server: PostgresServer, keys: Path, **settings: Any
) -> AsyncIterator[RunningService]:
    """As `running`, but as the superuser, for whom row-level security does not hold."""
    password = server._cluster.password()
    url = make_url(urls.app).set(username=SUPERUSER, password=password)
    above = urls._replace(app=url.render_as_string(hide_password=False))
    async with running(service, above, keys, **settings) as made:
        yield made
