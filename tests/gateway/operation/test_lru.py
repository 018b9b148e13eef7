"""A bounded memory: by the number of its entries, and by what they weigh."""

from gateway.operation import Lru


def test_the_least_recently_used_entry_leaves_first() -> None:
    lru: Lru[str, int] = Lru(2)
    lru.put("a", 1)
    lru.put("b", 2)
    lru.get("a")
    lru.put("c", 3)

    assert [lru.get(key) for key in "abc"] == [1, None, 3]
    assert len(lru) == 2


def test_heavy_entries_leave_earlier_and_the_newest_stays() -> None:
    lru: Lru[str, int] = Lru(10, 100)
    lru.put("a", 1, 60)
    lru.put("b", 2, 40)
    lru.put("b", 2, 30)
    lru.put("c", 3, 10)
    assert [lru.get(key) for key in "abc"] == [1, 2, 3]

    lru.put("d", 4, 500)
    assert [lru.get(key) for key in "abcd"] == [None, None, None, 4]
