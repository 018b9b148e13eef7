"""Where the address and the key come from, and that the key is shown to nobody."""

from pathlib import Path

import pytest

from client.credentials import DEFAULT_URL, find_server
from client.errors import InputProblem


def test_a_key_file_goes_before_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("ir_file\n")

    assert find_server(None, file, {"REGISTRY_API_KEY": "ir_environment"}).api_key == "ir_file"


def test_the_address_is_the_option_then_the_environment_then_this_machine() -> None:
    key = {"REGISTRY_API_KEY": "ir_k"}
    named = {**key, "REGISTRY_URL": "https://registry.example/graphql"}

    assert find_server("https://other.example/graphql", None, named).url == "https://other.example/graphql"
    assert find_server(None, None, named).url == "https://registry.example/graphql"
    assert find_server(None, None, key).url == DEFAULT_URL


def test_a_server_does_not_show_its_key() -> None:
    assert "ir_secret" not in repr(find_server(None, None, {"REGISTRY_API_KEY": "ir_secret"}))


@pytest.mark.parametrize(
    "url", ["registry.example", "ftp://registry.example", "http://", "http://a:b@c/", "http://a:x/"]
)
def test_what_is_no_address_is_told(url: str) -> None:
    with pytest.raises(InputProblem):
        find_server(url, None, {"REGISTRY_API_KEY": "ir_k"})


@pytest.mark.parametrize("key", ["", "  ", "two words", "ir_k\x00", "ir_ключ"])
def test_what_is_no_key_is_told_without_showing_it(key: str) -> None:
    with pytest.raises(InputProblem) as told:
        find_server(None, None, {"REGISTRY_API_KEY": key})

    assert key.strip() == "" or key not in str(told.value)


def test_an_unreadable_key_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputProblem, match="cannot be read"):
        find_server(None, tmp_path / "absent", {})


@pytest.mark.parametrize(
    ("url", "readable"),
    [
        ("http://127.0.0.1:8000/graphql", False),
        ("http://a.example/graphql", True),
        ("https://a.example/graphql", False),
    ],
)
def test_an_unencrypted_way_through_a_network_is_noticed(url: str, readable: bool) -> None:
    assert find_server(url, None, {"REGISTRY_API_KEY": "ir_k"}).readable_on_the_way is readable
