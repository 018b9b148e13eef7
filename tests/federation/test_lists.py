"""Lists that several subgraphs tell together, item by item."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest

LIGHT = "{ hall { light { lamps bulbs { watt hue } grid { watt hue } } } }"


def disagreement(coordinate: str, *path: str | int) -> dict[str, Any]:
    return {
        "message": f"The services do not agree on how long the list of {coordinate} is.",
        "path": ["hall", "light", *path],
        "extensions": {"code": "INTERNAL"},
    }


async def test_items_are_merged_by_their_places(open_concept: Callable[..., Any]) -> None:
    answer = await open_concept("bazaar").ask(LIGHT)

    assert answer == {
        "data": {
            "hall": {
                "light": {
                    "lamps": 3,
                    "bulbs": [{"watt": 5, "hue": "red"}, {"watt": 40, "hue": None}],
                    "grid": [[{"watt": 1, "hue": "blue"}, None], None, []],
                }
            }
        }
    }


async def test_lists_of_different_lengths_are_an_error_and_not_mixed(open_concept: Callable[..., Any]) -> None:
    bazaar = open_concept("bazaar")
    del bazaar.subgraphs["stalls"].data["Query"]["hall"]["light"]["bulbs"][0]

    answer = await bazaar.ask(LIGHT)

    assert answer["data"]["hall"]["light"]["bulbs"] is None
    assert answer["data"]["hall"]["light"]["grid"] == [[{"watt": 1, "hue": "blue"}, None], None, []]
    assert answer["errors"] == [disagreement("Light.bulbs", "bulbs")]


async def test_of_lists_within_a_list_only_the_one_that_differs_is_lost(open_concept: Callable[..., Any]) -> None:
    bazaar = open_concept("bazaar")
    bazaar.subgraphs["stalls"].data["Query"]["hall"]["light"]["grid"][2] = [{"hue": "odd"}]

    answer = await bazaar.ask(LIGHT)

    assert answer["data"]["hall"]["light"]["grid"] == [[{"watt": 1, "hue": "blue"}, None], None, None]
    assert answer["errors"] == [disagreement("Light.grid", "grid", 2)]


async def test_a_list_that_must_be_there_takes_its_object_with_it(open_concept: Callable[..., Any]) -> None:
    bazaar = open_concept("bazaar")
    del bazaar.subgraphs["stalls"].data["Query"]["hall"]["light"]["grid"][0]

    answer = await bazaar.ask(LIGHT)

    assert answer["data"] == {"hall": {"light": None}}
    assert answer["errors"] == [disagreement("Light.grid", "grid")]


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        pytest.param(2**31 - 1, 2**31 - 1, id="the largest"),
        pytest.param(-(2**31), -(2**31), id="the smallest"),
        pytest.param(2**31, None, id="too large"),
        pytest.param(-(2**31) - 1, None, id="too small"),
    ],
)
@pytest.mark.parametrize("length", [1, 40])
async def test_an_integer_has_32_bits(
    given: int, seen: int | None, length: int, open_concept: Callable[..., Any]
) -> None:
    library = open_concept("library")

    async def answer_with(_: Any) -> tuple[int, bytes]:
        return 200, orjson.dumps({"data": {"books": [{"pages": 1}] * (length - 1) + [{"pages": given}]}})

    library.subgraphs["catalogue"].answer = answer_with

    answer = await library.ask("{ books { pages } }")

    assert answer["data"]["books"] == [{"pages": 1}] * (length - 1) + [{"pages": seen}]
    wrong = {"message": "The value of Book.pages is not of its type.", "extensions": {"code": "INTERNAL"}}
    assert answer.get("errors", []) == ([] if seen else [{**wrong, "path": ["books", length - 1, "pages"]}])
