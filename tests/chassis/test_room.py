"""So many are inside at once, and no place is ever lost."""

import asyncio

import pytest

from chassis.room import Room


def later(seconds: float = 60) -> float:
    return asyncio.get_running_loop().time() + seconds


async def waiting(room: Room, seconds: float = 60) -> "asyncio.Task[None]":
    task = asyncio.create_task(room.enter(later(seconds)))
    await asyncio.sleep(0)
    return task


async def test_there_is_room_for_so_many() -> None:
    room = Room(2)

    assert [room.enter_now() for _ in range(3)] == [True, True, False]
    room.leave()
    assert room.enter_now()


async def test_who_leaves_makes_room_for_who_came_first() -> None:
    room = Room(1)
    room.enter_now()
    first, second = await waiting(room), await waiting(room)
    room.leave()
    await first

    assert not second.done()
    assert not room.enter_now()
    room.leave()
    await second


async def test_who_waits_too_long_gives_up_and_takes_no_place() -> None:
    room = Room(1)
    room.enter_now()
    with pytest.raises(TimeoutError):
        await room.enter(later(0.01))
    room.leave()

    assert room.enter_now()


async def test_a_place_given_to_who_is_gone_goes_to_the_next() -> None:
    room = Room(1)
    room.enter_now()
    gone, cancelled_in_time, other = [await waiting(room) for _ in range(3)]
    cancelled_in_time.cancel()
    await asyncio.sleep(0)
    room.leave()
    gone.cancel()  # it has been given the place, and does not know yet
    await asyncio.gather(gone, cancelled_in_time, return_exceptions=True)
    await other

    assert (gone.cancelled(), cancelled_in_time.cancelled()) == (True, True)
    room.leave()
    assert [room.enter_now(), room.enter_now()] == [True, False]
