"""The queries that every gateway is asked."""

from typing import Final

_SHIP: Final = "berthed name tonnage fee imo draught"
_SAILOR: Final = "id name rank"
_ENTRY: Final = "id text"
_BY_AUTHOR: Final = f"author {{ {_SAILOR} entries {{ {_ENTRY} ship {{ {_SHIP} }} }} }}"

SHAPES: Final = {
    "nested": f"""{{
      sailors {{ {_SAILOR} entries {{ {_ENTRY} ship {{ {_SHIP} entries {{ {_ENTRY} {_BY_AUTHOR} }} }} }} }}
      ships {{ {_SHIP} entries {{ {_ENTRY} {_BY_AUTHOR} }} }}
    }}""",
    "small": "{ sailors { name entries { id } } }",
    "feed": f"""{{
      events(first: 60) {{
        __typename id at
        ... on Arrival {{ ship {{ imo name tonnage berthed }} }}
        ... on Promotion {{ sailor {{ {_SAILOR} }} rank }}
        ... on Notice {{ text }}
      }}
    }}""",
    "long list": f"{{ ships(first: 300) {{ {_SHIP} }} }}",
}
SAYS: Final = {
    "nested": "seven fetches, about 90 kB",
    "small": "two fetches, under 1 kB",
    "feed": "an interface list of three types, four fetches, about 7 kB",
    "long list": "300 different entities through two subgraphs, about 30 kB",
}
