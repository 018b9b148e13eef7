"""What receivers verify with the library of Standard Webhooks, and when something is tried again."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from services.notifications.domain.retries import ATTEMPTS, asked_to_wait, wait_after
from services.notifications.domain.sealing import Seal, Unsealable
from services.notifications.domain.signatures import new_secret, signed_headers

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ONE, TWO = "A" * 43 + "=", "B" * 43 + "="


def test_the_reference_library_takes_our_signature_and_no_other() -> None:
    secret, body = new_secret(), b'{"specversion":"1.0","id":"x"}'
    headers = signed_headers("some-id", datetime.now(UTC), body, [secret])
    assert Webhook(secret).verify(body, headers) == {"specversion": "1.0", "id": "x"}
    for wrong in (Webhook(new_secret()), Webhook(secret)):
        with pytest.raises(WebhookVerificationError):
            wrong.verify(body + b" ", headers)


def test_while_a_secret_is_exchanged_both_verify() -> None:
    old, new, body = new_secret(), new_secret(), b"{}"
    headers = signed_headers("some-id", datetime.now(UTC), body, [new, old])
    assert [Webhook(secret).verify(body, headers) for secret in (old, new)] == [{}, {}]
    assert len(headers["webhook-signature"].split(" ")) == 2


def test_ten_attempts_take_three_days() -> None:
    waits = [wait_after(number, lambda: 0.5) for number in range(1, ATTEMPTS)]
    assert sum((each for each in waits if each), timedelta()) == timedelta(hours=75, minutes=35, seconds=5)
    assert (ATTEMPTS, wait_after(ATTEMPTS)) == (10, None)
    assert (wait_after(2, lambda: 0), wait_after(2, lambda: 1)) == (timedelta(minutes=4), timedelta(minutes=6))


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("120", 120), ("Fri, 02 Jan 2026 03:05:05 GMT", 60), ("999999999999", 86400), ("-5", 0), ("soon", 0),
        (None, 0), ("Fri, 02 Jan 2026 03:00:00 GMT", 0), ("", 0), ("Fri, 99 Jan 2026", 0), ("²", 0),
    ],
)  # fmt: skip
def test_a_receiver_may_ask_for_time_in_seconds_or_by_date(told: str | None, seconds: int) -> None:
    assert asked_to_wait(told, NOW) == timedelta(seconds=seconds)


def test_what_is_sealed_is_opened_by_each_of_the_keys_and_by_no_other() -> None:
    sealed = Seal(ONE).close("whsec_x")
    assert "whsec" not in sealed
    assert Seal(f"{TWO}, {ONE}").open(sealed) == "whsec_x"
    with pytest.raises(Unsealable):
        Seal(TWO).open(sealed)
    with pytest.raises(ValueError, match="32"):
        Seal("short")
