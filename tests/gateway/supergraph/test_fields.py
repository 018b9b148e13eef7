from gateway.supergraph import SelectedFragment, SelectionSet, collect_fields, field_set, read_supergraph

SUPERGRAPH = read_supergraph("""
enum join__Graph { A @join__graph(name: "a", url: "http://a") }
type Query @join__type(graph: A) { media: [Media] }
interface Media @join__type(graph: A) { title: String author: Person }
type Book implements Media @join__type(graph: A) @join__implements(graph: A, interface: "Media") {
  title: String author: Person pages: Int
}
type Film implements Media @join__type(graph: A) @join__implements(graph: A, interface: "Media") {
  title: String author: Person
}
type Person @join__type(graph: A) { name: String born: Int }
""")


def keys(type_name: str, text: str) -> list[str]:
    return list(collect_fields(SUPERGRAPH, type_name, (field_set(text),)))


def test_fragments_apply_to_the_types_that_satisfy_them() -> None:
    asked = "title ... on Book { pages } ... on Media { author { name } } ... { title }"

    assert keys("Book", asked) == ["title", "pages", "author"]
    assert keys("Film", asked) == ["title", "author"]
    assert keys("Media", asked) == ["title", "author"]


def test_equal_response_keys_are_asked_together() -> None:
    fields = collect_fields(SUPERGRAPH, "Book", (field_set("author { name } ... on Media { author { born } }"),))

    below = collect_fields(SUPERGRAPH, "Person", fields["author"].selections)
    assert list(below) == ["name", "born"]


def test_a_selection_met_many_times_is_read_once() -> None:
    nested = field_set("title")
    for _ in range(60):
        twice = SelectedFragment("Book", nested)
        nested = SelectionSet((twice, twice))

    assert list(collect_fields(SUPERGRAPH, "Book", (nested,))) == ["title"]
