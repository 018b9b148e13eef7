"""Random documents that the parser accepts, for tests of what reads tokens instead."""

from random import Random


def random_document(random: Random) -> str:
    """Fields, aliases, directives and fragments at random; a fragment spreads only those after it."""

    def selection(depth: int, fragment: int) -> str:
        items = []
        for _ in range(random.randint(1, 3)):
            meta = [] if fragment >= 0 else ["__schema", "y: __type"]
            key = random.choice(["a", "b", "x: a", "on", "fragment", "query: b", *meta])
            arguments = random.choice(["", "(a: {b: [1, {c: $v}]})", '(a: "x) { @")', "(first: -12, b: $w, c: RED)"])
            directives = random.choice(["", "@x", '@x(y: {z: ":"}) @y', "@skip(if: $v) @include(if: true)"])
            nested = selection(depth - 1, fragment) if depth and random.random() < 0.6 else ""
            items.append(f"{key}{arguments} {directives} {nested}")
            if depth and random.random() < 0.3:
                items.append(f"...{random.choice([' on T', ''])} {directives} {selection(depth - 1, fragment)}")
            if fragment < 3 and random.random() < 0.4:
                items.append(f"...F{random.randint(fragment + 1, 3)} {directives}")
        return "{ " + " ".join(items) + " }"

    fragments = " ".join(f"fragment F{number} on T @x {selection(2, number)}" for number in range(4))
    return f"query Q($v: T = {{a: [1]}} @x, $w: [Int!]! = 7) @y {selection(3, -1)} {fragments}"
