"""Our signatures are those of AWS' own library, for whatever may stand in an address or a header."""

from collections.abc import Mapping
from datetime import UTC, datetime
from unittest.mock import patch
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from services.files.adapters.signing import LONGEST, Signer

NOW = datetime(2026, 3, 9, 4, 5, 6, tzinfo=UTC)
KEYS = st.text("abcXYZ019+/=", min_size=1, max_size=40)
LETTERS = st.characters(exclude_categories=["Cs", "Cc"])
SEGMENTS = st.text(LETTERS | st.sampled_from("+ ~%&=?#;:@!$'()*,-._"), min_size=1, max_size=60)
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,20}", fullmatch=True)
VALUES = st.text(LETTERS | st.sampled_from('+ ~%&="/'), max_size=400)
HEADERS = st.dictionaries(
    st.sampled_from(["Content-Length", "content-type", "If-None-Match", "x-amz-checksum-sha256", "Content-MD5"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80),
)
HOSTS = st.sampled_from(["127.0.0.1:8333", "s3.example.org", "[::1]:9000", "store:9000"])


def by_botocore(
    signer: Signer, method: str, url: str, query: Mapping[str, str], headers: Mapping[str, str], seconds: int
) -> str:
    request = AWSRequest(method=method, url=url, headers=dict(headers), params=dict(query))
    credentials = Credentials(signer.access_key, signer.secret_key)
    with patch("botocore.auth.get_current_datetime", lambda: NOW):
        S3SigV4QueryAuth(credentials, "s3", signer.region, seconds).add_auth(request)
    return str(request.url)


@settings(max_examples=300, deadline=None)
@given(
    access_key=KEYS,
    secret_key=KEYS,
    region=st.sampled_from(["us-east-1", "eu-central-1", "garage"]),
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE", "HEAD"]),
    host=HOSTS,
    path=st.lists(SEGMENTS, min_size=1, max_size=4),
    query=st.dictionaries(NAMES, VALUES, max_size=6),
    headers=HEADERS,
    seconds=st.integers(1, LONGEST),
)
def test_every_address_is_the_one_that_the_library_of_aws_makes(
    access_key: str,
    secret_key: str,
    region: str,
    method: str,
    host: str,
    path: list[str],
    query: dict[str, str],
    headers: dict[str, str],
    seconds: int,
) -> None:
    signer = Signer(access_key=access_key, secret_key=secret_key, region=region)
    whole = "/" + "/".join(path)

    made = signer.signed(method, f"http://{host}", whole, query=query, headers=headers, seconds=seconds, now=NOW)

    theirs = by_botocore(signer, method, f"http://{host}{quote(whole, safe='/~')}", query, headers, seconds)
    assert urlsplit(made)[:3] == urlsplit(theirs)[:3]
    assert sorted(parse_qsl(urlsplit(made).query, keep_blank_values=True)) == sorted(
        parse_qsl(urlsplit(theirs).query, keep_blank_values=True)
    )


@pytest.mark.parametrize(
    ("endpoint", "begins"),
    [
        ("https://S3.Example.org:443", "https://s3.example.org/files/a?"),
        ("http://store:80", "http://store/files/a?"),
        ("https://store:80", "https://store:80/files/a?"),
        ("https://example.org/objects", "https://example.org/objects/files/a?"),
    ],
)
def test_the_host_is_signed_as_clients_send_it(endpoint: str, begins: str) -> None:
    signer = Signer(access_key="a", secret_key="b", region="c")

    made = signer.signed("GET", endpoint, "/files/a", seconds=5, now=NOW)

    assert made.startswith(begins)
    assert made == by_botocore(signer, "GET", begins.rstrip("?"), {}, {}, 5)


@pytest.mark.parametrize("seconds", [0, -1, LONGEST + 1])
def test_a_time_that_no_store_takes_is_refused(seconds: int) -> None:
    with pytest.raises(ValueError, match="an address is good for 1 to 604800 seconds"):
        Signer(access_key="a", secret_key="b", region="c").signed("GET", "http://a", "/b", seconds=seconds)


def test_the_secret_is_never_shown() -> None:
    assert "hidden" not in repr(Signer(access_key="a", secret_key="hidden", region="c"))
