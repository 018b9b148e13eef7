"""Where a bucket is, and who asks."""

from dataclasses import dataclass, field

from services.files.adapters.signing import Signer


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`endpoint` is where we call the store, `public_endpoint` where browsers do: signatures cover the host."""

    bucket: str
    endpoint: str
    public_endpoint: str
    region: str
    access_key: str
    secret_key: str = field(repr=False)

    @property
    def signer(self) -> Signer:
        return Signer(access_key=self.access_key, secret_key=self.secret_key, region=self.region)

    def path(self, key: str = "") -> str:
        """Of an object, or without a key of the bucket itself; the bucket is never part of the host."""
        return f"/{self.bucket}/{key}" if key else f"/{self.bucket}"
