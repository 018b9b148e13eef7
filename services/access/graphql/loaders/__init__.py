"""Loaders: each answers one question for many objects at once."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeAlias

from chassis.database import ReadSession

OpenRead: TypeAlias = Callable[[], AbstractAsyncContextManager[ReadSession]]
