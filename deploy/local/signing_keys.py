"""A signing key pair (Ed25519) for each deployable: the private half for itself, the public half for all.

<keys>/<name>.pem           PKCS #8, mode 0600
<keys>/public/<name>.pem    SubjectPublicKeyInfo; the folder is the key set that verifiers read
"""

from collections.abc import Iterable
from pathlib import Path

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from deploy.local.errors import CannotStart
from deploy.local.private_files import write_private


def ensure_signing_keys(keys: Path, deployables: Iterable[str]) -> None:
    """Make what is missing below `keys`; a pair that is there stays. Raises CannotStart when one is damaged."""
    for folder in (keys, keys / "public"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in deployables:
        private = keys / f"{name}.pem"
        if not private.exists():
            write_private(private, _private_text(Ed25519PrivateKey.generate()))
        write_private(keys / "public" / private.name, _public_text(private))


def _private_text(key: Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public_text(private: Path) -> str:
    try:
        key = load_pem_private_key(private.read_bytes(), password=None).public_key()
    except ValueError:
        raise CannotStart(f"{private} is damaged: delete it, and the next start makes a new key.") from None
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def ensure_sealing_keys(file: Path) -> None:
    """What notifications seal the secrets of webhooks with; a file that is there stays."""
    if not file.exists():
        write_private(file, new_sealing_key())


def new_sealing_key() -> str:
    return Fernet.generate_key().decode()
