"""Room for so many at once: an asyncio.Semaphore where it mostly costs nothing, because there is room."""

import asyncio
from collections import deque


class Room:
    """Who has entered leaves again. Who waits gets the place of who leaves, in the order of coming."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._line: deque[asyncio.Future[None]] = deque()

    def enter_now(self) -> bool:
        """False if there is no place."""
        if not self._free:
            return False
        self._free -= 1
        return True

    async def enter(self, end: float) -> None:
        """Raises TimeoutError when there is no place until `end`, on the loop's clock."""
        if self.enter_now():
            return
        place = asyncio.get_running_loop().create_future()
        self._line.append(place)
        try:
            async with asyncio.timeout_at(end):
                await place
        except BaseException:
            if not place.cancelled():  # it came in the very moment of giving up
                self.leave()
            raise

    def leave(self) -> None:
        while self._line:
            place = self._line.popleft()
            if not place.done():
                place.set_result(None)
                return
        self._free += 1
