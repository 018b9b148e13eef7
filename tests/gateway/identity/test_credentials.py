"""Which credential of a request counts, and what is told of it to access: digests, never the secret."""

from hashlib import sha256

import pytest

from gateway.identity.credentials import INSECURE_COOKIE, SECURE_COOKIE, find_credential

KEY = "ir_abc123_" + "0f" * 32
COOKIE = f"{SECURE_COOKIE.name}=token-1"


def test_an_api_key_is_asked_for_by_prefix_and_digest() -> None:
    found = find_credential({"authorization": f"Bearer {KEY}"}, SECURE_COOKIE)

    assert found is not None
    assert not found.is_cookie
    assert found.question == {"kind": "api_key", "prefix": "abc123", "digest": sha256(KEY.encode()).hexdigest()}


def test_a_session_is_asked_for_by_digest() -> None:
    found = find_credential({"cookie": f"a=b; {COOKIE}"}, SECURE_COOKIE)

    assert found is not None
    assert found.is_cookie
    assert found.question == {"kind": "session", "digest": sha256(b"token-1").hexdigest()}


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_read_in_any_case(scheme: str) -> None:
    assert find_credential({"authorization": f"  {scheme}  {KEY} "}, SECURE_COOKIE) is not None


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        f"Basic {KEY}",
        KEY,
        "Bearer ir_",
        "Bearer ir_abc",
        "Bearer eyJ.eyJ",
        "Bearer eyJ.eyJ.x.x.x",
        "Bearer eyJ.eyJ.\u00fc",
        f"Bearer {KEY}, Bearer {KEY}",
    ],
)
def test_a_broken_bearer_is_no_credential_even_with_a_good_cookie(authorization: str) -> None:
    assert find_credential({"authorization": authorization, "cookie": COOKIE}, SECURE_COOKIE) is None


def test_the_token_of_an_issuer_goes_along_to_be_verified_and_is_never_shown() -> None:
    found = find_credential({"authorization": "Bearer eyJ.eyJ.x"}, SECURE_COOKIE)

    assert found is not None
    assert (found.token, found.is_cookie, found.question["kind"]) == ("eyJ.eyJ.x", False, "token")
    assert "eyJ" not in repr(found)


def test_a_bearer_goes_before_a_cookie() -> None:
    found = find_credential({"authorization": f"Bearer {KEY}", "cookie": COOKIE}, SECURE_COOKIE)

    assert found is not None
    assert found.question["kind"] == "api_key"


@pytest.mark.parametrize("neighbour", ['a={"x": [1, 2]}', 'odd"', "a[b]=c", "=", "ü=1", "a=b; a=b"])
def test_cookies_of_neighbours_in_any_form_do_not_hide_ours(neighbour: str) -> None:
    assert find_credential({"cookie": f"{neighbour}; {COOKIE}"}, SECURE_COOKIE) is not None


@pytest.mark.parametrize(
    "cookie", ["", f"{SECURE_COOKIE.name}=", "registry-session=token-1", "__host-registry-session=x"]
)
def test_another_or_an_empty_cookie_is_no_credential(cookie: str) -> None:
    assert find_credential({"cookie": cookie}, SECURE_COOKIE) is None


def test_without_https_the_cookie_has_another_name() -> None:
    assert find_credential({"cookie": COOKIE}, INSECURE_COOKIE) is None
    assert find_credential({"cookie": "registry-session=token-1"}, INSECURE_COOKIE) is not None


def test_the_same_text_as_key_and_as_cookie_is_two_credentials() -> None:
    as_key = find_credential({"authorization": f"Bearer {KEY}"}, SECURE_COOKIE)
    as_cookie = find_credential({"cookie": f"{SECURE_COOKIE.name}={KEY}"}, SECURE_COOKIE)

    assert as_key is not None
    assert as_cookie is not None
    assert as_key.key != as_cookie.key
