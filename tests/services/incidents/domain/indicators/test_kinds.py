"""The one form of each type: what is accepted, what is the same, and that bringing to it twice changes nothing."""

from ipaddress import IPv4Address, IPv6Address
from typing import Any

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.incidents.domain.indicators import kinds
from services.incidents.domain.indicators.fanging import defang, refang
from services.incidents.domain.indicators.kinds import normalized, possible_digests
from services.incidents.domain.indicators.recognition import recognize
from services.incidents.domain.indicators.stix import stix_id
from services.incidents.domain.indicators.vocabulary import LONGEST_VALUE, attack_ids, confidence, note

SHA256 = "ab" * 32
SAME = [
    ("ipv4-addr", "198.51.100.7", ["198[.]51[.]100[.]7", " 198.51.100.7/32 ", "198.51.100(.)7"]),
    ("ipv4-addr", "198.51.100.0/24", ["198.51.100.77/24", "198.51.100.0/255.255.255.0"]),
    ("ipv6-addr", "2001:db8::1", ["2001:0DB8:0:0::1", "[2001:db8::1]", "2001:db8::1/128"]),
    ("ipv6-addr", "fe80::1%eth0", ["FE80::1%ETH0"]),
    ("ipv6-addr", "2001:db8::/32", ["2001:db8:ffff::/32"]),
    ("domain-name", "evil.example", ["EVIL.Example.", "evil[.]example", "evil(dot)example", "evil。example"]),
    ("domain-name", "xn--bcher-kva.example", ["bücher.example", "BÜCHER[.]example", "XN--BCHER-KVA.example"]),
    ("domain-name", "xn--i-7iq.ws", ["i❤.ws"]),
    ("domain-name", "_dmarc.evil.example", ["_DMARC.evil.example"]),
    ("x-hostname", "srv_01", ["SRV_01", "srv_01."]),
    ("email-addr", "ada@evil.example", ["Ada@EVIL.example", "<ada@evil.example>", "mailto:ada[@]evil[.]example"]),
    ("email-addr", "ada@evil.example", ["ada(at)evil(dot)example", "ada[AT]evil{.}example"]),
    ("url", "http://evil.example/", ["hxxp://evil[.]example", "HTTP://Evil.example:80/", "http[:]//evil.example"]),
    ("url", "https://evil.example/A?b=%2F#c", ["hXXps://evil.example:443/A?b=%2f#c"]),
    ("url", "http://xn--bcher-kva.example/%C3%BC", ["http://bücher.example/ü"]),
    ("url", "http://user:pass@[2001:db8::1]:8080/a", ["http://user:pass@[2001:db8:0::1]:8080/a"]),
    ("url", "javascript:alert(1)", ["JAVASCRIPT:alert(1)"]),
    ("url", "file:///etc/passwd", ["FILE:///etc/passwd"]),
    ("x-uri-path", "/Login.php?a=1", ["/Login.php?a=1"]),
    ("file", SHA256, [SHA256.upper(), f"sha256:{SHA256}", f"SHA-256={SHA256}"]),
    ("file", "invoice.pdf.exe", ["Invoice.PDF.exe"]),
    ("x509-certificate", "0badc0de", ["0B:AD:C0:DE", "0badc0de"]),
    ("x-cve", "CVE-2021-44228", ["cve-2021-44228"]),
    ("x-iban", "DE89370400440532013000", ["de89 3704 0044 0532 0130 00", "DE89-3704-0044-0532-0130-00"]),
    ("x-phone", "+49301234567", ["+49 (30) 1234-567", "0049 30 1234567"]),
    ("x-phone", "0301234567", ["030/1234567"]),
    ("mac-addr", "00:00:5e:00:53:01", ["00-00-5E-00-53-01", "0000.5e00.5301", "00005E005301"]),
    ("autonomous-system", "as64496", ["AS64496", "asn 064496", "64496"]),
    (
        "windows-registry-key",
        r"hkey_local_machine\software\run",
        [r"HKLM\Software\Run", r"HKEY_LOCAL_MACHINE\SOFTWARE\Run" + "\\"],
    ),
    ("x-crypto-wallet", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", ["1BoatSLRHtKNngkdXEeobR76b53LETtpyT"]),
    ("x-crypto-wallet", "0x52908400098527886e0f7030069857d2e4169ee7", ["0x52908400098527886E0F7030069857D2E4169EE7"]),
    ("mutex", "Global\\Evil", [" Global\\Evil "]),
    ("x-regexp", "^A+$", ["^A+$"]),
    ("x-badge-of-ours", "gate 3", ["Gate   3"]),
    ("x-other", "gate 3", ["GATE 3"]),
]
WRONG = [
    ("ipv4-addr", "198.51.100.256"), ("ipv4-addr", "010.0.0.1"), ("ipv4-addr", "1.2.3"), ("ipv6-addr", "::g"),
    ("ipv6-addr", "fe80::1%a b"), ("domain-name", "localhost"), ("domain-name", "198.51.100.7"),
    ("domain-name", "a..b"), ("domain-name", "-a.example"), ("domain-name", f"{'a' * 64}.example"),
    ("domain-name", ".".join(["a" * 50] * 6)), ("x-hostname", "a b"), ("email-addr", "ada"), ("email-addr", "@a.b"),
    ("email-addr", "a b@c.d"), ("url", "evil.example"), ("url", "http://"), ("url", "http://a b/"),
    ("url", "http://a:99999/"), ("url", "http://[::g]/"), ("url", "1x:a"), ("x-uri-path", "login"), ("file", "a/b"),
    ("file", f"md5:{SHA256}"), ("file", "x" * 256), ("x509-certificate", "0badc0"), ("x-cve", "CVE-21-1"),
    ("x-iban", "DE88370400440532013000"), ("x-iban", "DE89"), ("x-phone", "+123"), ("x-phone", "call me"),
    ("mac-addr", "00:00:5e:00:53"), ("autonomous-system", "AS4294967296"), ("windows-registry-key", r"HKXX\a"),
    ("x-crypto-wallet", "short"), ("x-other", " "), ("x-other", "a\nb"), ("x-other", "a\x00b"), ("x-other", "\ud800"),
    ("x-other", "x" * (LONGEST_VALUE + 1)),
]  # fmt: skip


@pytest.mark.parametrize(("code", "form", "typed"), SAME)
def test_however_it_is_written_it_is_the_same(code: str, form: str, typed: list[str]) -> None:
    assert [normalized(code, each) for each in (*typed, form)] == [form] * (len(typed) + 1)


@pytest.mark.parametrize(("code", "typed"), WRONG)
def test_what_breaks_the_rules_of_its_type_is_refused(code: str, typed: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        normalized(code, typed)


def test_the_longest_value_is_accepted() -> None:
    assert normalized("x-other", "x" * LONGEST_VALUE) == "x" * LONGEST_VALUE


@given(code=st.sampled_from([*kinds.RULES, "x-other"]), typed=st.text(max_size=60))
def test_bringing_to_the_form_twice_changes_nothing(code: str, typed: str) -> None:
    try:
        form = normalized(code, typed)
    except ValueError:
        return
    assert normalized(code, form) == form


PIECES = st.sampled_from(
    ["[.]", "(.)", "[", "]", "(", ")", "{", "}", "dot", "at", "@", ".", ":", "//", "hxxp", "http", "a", "B", "é", "ß",
     "İ", "%2f", "%", "1", "::", "/", "?", "#", "_", "-", "xn--", "\u3002", "K", "\\", "[@]", "[:]"]
)  # fmt: skip


@given(code=st.sampled_from([*kinds.RULES, "x-other"]), pieces=st.lists(PIECES, max_size=12))
def test_also_not_of_what_is_made_to_be_odd(code: str, pieces: list[str]) -> None:
    test_bringing_to_the_form_twice_changes_nothing.hypothesis.inner_test(code, "".join(pieces))  # type: ignore[attr-defined]  # what hypothesis wraps


@given(st.ip_addresses())
def test_addresses_survive_being_defanged(address: IPv4Address | IPv6Address) -> None:
    code = kinds.IPV4 if address.version == 4 else kinds.IPV6
    assert normalized(code, kinds.shown(code, str(address))) == str(address)


@given(st.from_regex(r"[a-z]{1,9}(\.[a-z0-9]{1,9}){0,3}\.[a-z]{2,9}", fullmatch=True), st.text("abc/?=&%.", max_size=9))
def test_names_addresses_and_urls_survive_being_defanged(name: str, rest: str) -> None:
    for code, typed in (("domain-name", name), ("email-addr", f"ada@{name}"), ("url", f"https://{name}/{rest}")):
        form = normalized(code, typed)
        assert normalized(code, kinds.shown(code, form)) == form
        assert refang(defang(form)) == form


@given(st.text())
def test_what_is_defanged_reads_as_before_unless_it_was_already(text: str) -> None:
    if not set("[](){}") & set(text):
        assert refang(defang(text)) == refang(text)


@given(st.text("[](){}.dotat@:/hxp*s", max_size=30))
def test_reading_what_was_defanged_twice_changes_nothing(text: str) -> None:
    assert refang(refang(text)) == refang(text)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("hxxp://evil[.]example/a", "url"), ("198.51.100.7", "ipv4-addr"), ("198.51.100.0/24", "ipv4-addr"),
        ("2001:db8::1", "ipv6-addr"), ("evil.example", "domain-name"), ("evil[.]zz9", "domain-name"),
        ("ada@evil.example", "email-addr"), (SHA256, "file"), ("invoice.exe", "file"), ("cve-2021-44228", "x-cve"),
        ("00:00:5e:00:53:01", "mac-addr"), ("AS64496", "autonomous-system"),
        (r"HKLM\Software\Run", "windows-registry-key"), ("DE89 3704 0044 0532 0130 00", "x-iban"),
    ],
)  # fmt: skip
def test_types_are_told_by_their_looks(typed: str, code: str) -> None:
    found = recognize(typed)
    assert found is not None
    assert (found.code, found.form) == (code, normalized(code, typed))


@pytest.mark.parametrize("typed", ["", "gate 3", "e.g.", "12:30", "std::string", "1.2", "x" * 5_000, "end.Next"])
def test_what_may_be_anything_is_not_told(typed: str) -> None:
    assert recognize(typed) is None


@given(st.text(max_size=80))
def test_what_is_told_keeps_the_rules_of_its_type(typed: str) -> None:
    found = recognize(typed)
    assert found is None or normalized(found.code, found.value) == found.form


def test_a_value_is_looked_for_in_all_that_it_may_mean() -> None:
    wanted = possible_digests("EVIL[.]example")

    assert {kinds.digest("evil.example"), kinds.digest("evil[.]example")} <= wanted


@pytest.mark.parametrize(
    ("code", "form", "id"),
    [
        ("ipv4-addr", "198.51.100.3", "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"),
        ("ipv6-addr", "2001:db8::1", "ipv6-addr--6469e3a9-b053-5e34-a025-9396ae051d26"),
        ("domain-name", "example.com", "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7"),
        ("x-iban", "DE89370400440532013000", None),
    ],
)
def test_ids_are_those_that_others_derive(code: str, form: str, id: str | None) -> None:
    assert stix_id(code, form) == id


@pytest.mark.parametrize("form", [SHA256, "invoice.exe"])
def test_files_have_ids_by_digest_or_by_name(form: str) -> None:
    assert str(stix_id("file", form)).startswith("file--")
    assert str(stix_id("autonomous-system", "as1")).startswith("autonomous-system--")


@pytest.mark.parametrize(
    ("rule", "right", "wrong"),
    [
        (attack_ids, ["t1566.001", "TA0001"], [["T15"], ["T1566.1"], [f"T{n}" for n in range(1000, 1051)]]),
        (confidence, 100, [101, -1]),
        (note, "x" * 2_000, ["x" * 2_001, "\x00"]),
    ],
)  # fmt: skip
def test_what_is_said_of_an_indicator_has_bounds(rule: Any, right: Any, wrong: list[Any]) -> None:
    rule(right)
    for each in wrong:
        with pytest.raises(ValueError, match=r"."):
            rule(each)


@pytest.mark.parametrize("length", [59, 60, 253, 900])
def test_labels_are_bounded_before_they_are_encoded(length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = idna.alabel

    def noted(label: str) -> bytes:
        asked.append(label)
        found: bytes = real(label)
        return found

    monkeypatch.setattr(idna, "alabel", noted)

    with pytest.raises(ValueError, match="name"):
        normalized("domain-name", "ü" * length + ".example")

    assert [len(each) for each in asked] == ([59] if length == 59 else [])
