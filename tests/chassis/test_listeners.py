"""The file of those who listen: what is written is what is read."""

from pathlib import Path

import pytest

from chassis.broker import Sharing, Subscription
from chassis.listeners import read_listeners, to_json


def listener(group: str, sharing: Sharing) -> Subscription:
    return Subscription(group=group, source="things", types=frozenset({"b.c.v1", "a.b.v1"}), sharing=sharing)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    wanted = [listener("readers", Sharing.SPREAD), listener("others", Sharing.ONE)]
    (tmp_path / "listeners.json").write_text(to_json(wanted))
    assert sorted(read_listeners(tmp_path / "listeners.json", "things"), key=lambda each: each.group) == wanted[::-1]


def test_the_text_depends_on_no_order() -> None:
    wanted = [listener("readers", Sharing.SPREAD), listener("others", Sharing.ONE)]
    assert to_json(wanted) == to_json(wanted[::-1])
    assert to_json(wanted).index('"a.b.v1"') < to_json(wanted).index('"b.c.v1"')


@pytest.mark.parametrize("text", ["", "{", '{"readers": {"sharing": "nobody", "types": []}}'])
def test_another_file_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "listeners.json").write_text(text)
    with pytest.raises(ValueError, match=r"."):
        read_listeners(tmp_path / "listeners.json", "things")
