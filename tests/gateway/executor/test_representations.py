from typing import Any

import pytest

from gateway.executor.representations import compile_distinct, compile_entity, compile_sight, identity_of
from gateway.planner import Template, TemplateField

ID = TemplateField("id", "id", required=True)
OWNER = Template((TemplateField("vat", "vat", required=True),))


@pytest.mark.parametrize(
    ("fields", "item", "made"),
    [
        ((ID,), {"id": "1", "x": 2}, {"id": "1"}),
        ((ID,), {"id": None}, None),
        ((ID,), {}, None),
        ((TemplateField("id", "_id_2", required=True),), {"id": "other", "_id_2": "1"}, {"id": "1"}),
        ((ID, TemplateField("price", "price", required=False)), {"id": "1", "price": None}, {"id": "1", "price": None}),
        ((ID, TemplateField("price", "price", required=False)), {"id": "1"}, {"id": "1"}),
        ((TemplateField("owner", "owner", required=True, nested=OWNER),), {"owner": {"vat": 1}}, {"owner": {"vat": 1}}),
        ((TemplateField("owner", "owner", required=True, nested=OWNER),), {"owner": {"vat": None}}, None),
        ((TemplateField("owner", "owner", required=True, nested=OWNER),), {"owner": "nobody"}, None),
        (
            (TemplateField("all", "all", required=True, nested=OWNER),),
            {"all": [{"vat": 1}, None]},
            {"all": [{"vat": 1}, None]},
        ),
    ],
)
def test_representations_are_made_from_the_answer(
    fields: tuple[TemplateField, ...], item: dict[str, Any], made: dict[str, Any] | None
) -> None:
    expected = None if made is None else {**made, "__typename": "Thing"}

    assert compile_entity("Thing", Template(fields))(item) == expected


def test_a_value_of_an_abstract_type_says_its_own_type() -> None:
    nested = Template(by_type=(("Firm", OWNER), ("Person", Template((ID,)))))
    represent = compile_entity("Ship", Template((ID, TemplateField("owner", "owner", required=False, nested=nested))))

    made = represent({"id": "1", "owner": {"__typename": "Firm", "vat": "v", "id": "x"}})

    assert made == {"__typename": "Ship", "id": "1", "owner": {"__typename": "Firm", "vat": "v"}}


@pytest.mark.parametrize(
    ("mine", "other"),
    [({"id": 1}, {"id": "1"}), ({"id": 1}, {"id": True}), ({"id": "1"}, {"code": "1"}), ({"a": 1, "b": 2}, {"a": 1})],
)
def test_different_representations_are_told_apart(mine: dict[str, Any], other: dict[str, Any]) -> None:
    assert identity_of({**mine, "__typename": "T"}) != identity_of({**other, "__typename": "T"})


def test_equal_representations_are_one() -> None:
    assert identity_of({"id": "1", "__typename": "T"}) == identity_of({"id": "1", "__typename": "T"})


@pytest.mark.parametrize(
    ("fields", "mine", "other"),
    [
        ((ID,), {"id": "1", "seen": 1}, {"id": "1", "seen": 2}),
        ((ID, TemplateField("price", "price", required=False)), {"id": 1, "price": None}, {"id": 1, "price": None}),
    ],
)
def test_objects_of_one_representation_look_alike(
    fields: tuple[TemplateField, ...], mine: dict[str, Any], other: dict[str, Any]
) -> None:
    see = compile_sight(Template(fields))
    assert see(mine) == see(other)


@pytest.mark.parametrize(
    ("fields", "mine", "other"),
    [
        ((ID,), {"id": "1"}, {"id": 1}),
        ((ID,), {"id": 1}, {"id": True}),
        ((ID,), {"id": "null"}, {"id": None}),
        ((ID, TemplateField("price", "price", required=False)), {"id": "1", "price": None}, {"id": "1"}),
        ((ID, TemplateField("price", "price", required=False)), {"id": "1", "price": 1}, {"id": "1", "price": 1.0}),
        ((TemplateField("owner", "owner", required=True, nested=OWNER),), {"owner": {"vat": 1}}, {"owner": {"vat": 2}}),
    ],
)
def test_objects_of_different_representations_look_different(
    fields: tuple[TemplateField, ...], mine: dict[str, Any], other: dict[str, Any]
) -> None:
    see = compile_sight(Template(fields))
    assert see(mine) != see(other)


PRICE = TemplateField("price", "_price_2", required=False)


@pytest.mark.parametrize("fields", [(ID,), (ID, PRICE)])
def test_different_objects_are_represented_at_once_as_they_are_one_by_one(fields: tuple[TemplateField, ...]) -> None:
    items: list[dict[str, Any]] = [{"id": "1", "_price_2": None, "seen": 1}, {"id": "2", "_price_2": 3}]
    template = Template(fields)
    all_at_once = compile_distinct("Thing", template)

    assert all_at_once is not None
    assert all_at_once(items) == list(map(compile_entity("Thing", template), items))
    assert all_at_once([]) == []


@pytest.mark.parametrize(
    "items",
    [
        [{"id": "1", "_price_2": 1}, {"id": "1", "_price_2": 1}],
        [{"id": None, "_price_2": 1}],
        [{"id": "1"}],
        [{"id": ["1"], "_price_2": 1}],
        ["torn"],
    ],
)
def test_what_is_alike_or_not_whole_is_left_to_a_closer_look(items: list[Any]) -> None:
    all_at_once = compile_distinct("Thing", Template((ID, PRICE)))

    assert all_at_once is not None
    assert all_at_once(items) is None


def test_nested_keys_are_looked_at_one_by_one() -> None:
    assert compile_distinct("Thing", Template((TemplateField("owner", "owner", required=True, nested=OWNER),))) is None
