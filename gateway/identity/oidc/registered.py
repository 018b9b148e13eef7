"""The providers of the settings, and the seal of what is given away to be kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cryptography.fernet import Fernet

from gateway.identity.oidc.options import ProviderOptions
from gateway.identity.oidc.provider import Provider
from gateway.identity.oidc.sealing import Seal


@dataclass(frozen=True, slots=True)
class Registered:
    """`home` is the start page, where a browser comes back to from signing out at a provider."""

    providers: Mapping[str, Provider]
    seal: Seal
    home: str

    @classmethod
    def read(cls, options: Iterable[ProviderOptions], sealing_keys: str | None, public_url: str) -> "Registered":
        """Without keys there are no providers either, and nothing to be sealed that anybody else must read."""
        home = f"{public_url.rstrip('/')}/"
        found = {each.name: Provider(each, f"{home}auth/oidc/{each.name}/callback") for each in options}
        return cls(found, Seal(sealing_keys or Fernet.generate_key().decode()), home)
