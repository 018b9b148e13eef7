"""How a use-case opens its transactions where it has several, because the store is asked between them."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeAlias

from chassis.database import UnitOfWork

OpenWork: TypeAlias = Callable[[], AbstractAsyncContextManager[UnitOfWork]]
