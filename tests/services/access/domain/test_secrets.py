import hashlib
import re

from services.access.domain.secrets import digest, new_key, new_session_token


def test_a_key_tells_its_prefix_and_hides_256_bits() -> None:
    key = new_key()
    assert re.fullmatch(rf"ir_{key.prefix}_[0-9a-f]{{64}}", key.secret)
    assert len({new_key().secret for _ in range(50)} | {new_session_token() for _ in range(50)}) == 100


def test_the_digest_is_that_of_the_whole_key() -> None:
    assert digest("ir_a_b") == hashlib.sha256(b"ir_a_b").hexdigest()
