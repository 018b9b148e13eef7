"""The gateways that are measured: ours in three ways, and others from npm where Node is there."""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from deploy.local.ports import pick

_PACKAGES = (
    "@apollo/gateway@2.14.1",
    "@apollo/server@5.5.1",
    "@graphql-hive/gateway@2.15.1",
    "@graphql-hive/router-runtime@1.4.23",
    "graphql@16.12.0",
)
_APOLLO = """
import { readFileSync } from "node:fs";
import { ApolloGateway } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
const gateway = new ApolloGateway({ supergraphSdl: readFileSync(process.env.SUPERGRAPH, "utf8") });
const server = new ApolloServer({ gateway, csrfPrevention: false });
await startStandaloneServer(server, { listen: { host: "127.0.0.1", port: Number(process.env.PORT) } });
"""
_NO_SHARING = """
import { defineConfig } from "@graphql-hive/gateway";
const options = { deduplicateInflightRequests: false };
export const gatewayConfig = defineConfig({ transportEntries: { "*.http": { options } } });
"""
_WITH_RESOLVERS = """
Promise.withResolvers ??= function () {
  let resolve, reject;
  const promise = new this((yes, no) => { resolve = yes; reject = no; });
  return { promise, resolve, reject };
};
"""
KEY = "ir_bench_" + "k" * 32


@dataclass(frozen=True, slots=True)
class Contestant:
    """A command that serves on 127.0.0.1:`port`, and the folder and environment it wants."""

    name: str
    port: int
    command: tuple[str, ...]
    folder: Path = field(default_factory=Path.cwd)
    environment: Mapping[str, str] = field(default_factory=dict)


def ours(supergraph: Path, subgraphs: int) -> list[Contestant]:
    """`subgraphs` is the port where they are."""
    gateway = (sys.executable, "-m", "gateway", "serve")
    openly = (*gateway, "--no-sign-in", "--supergraph", str(supergraph), "--port")
    guarded = supergraph.with_name("guarded.graphql")
    guarded.write_text(_with_rules(supergraph.read_text(encoding="utf-8")), encoding="utf-8")
    key = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    first, second, third = pick(), pick(), pick()
    settings = {
        "GATEWAY_SIGNING_KEY": key,
        "GATEWAY_SUPERGRAPH": str(guarded),
        "GATEWAY_PORT": str(third),
        "GATEWAY_PEERS": f'{{"access": "http://127.0.0.1:{subgraphs}"}}',
        "GATEWAY_LIMIT_COST": "1000000000",
        "GATEWAY_LIMIT_COST_PER_MINUTE": "1000000000000",
        "GATEWAY_LOG_LEVEL": "warning",
    }
    return [
        Contestant("ours", first, (*openly, str(first))),
        Contestant("ours, no sharing", second, (*openly, str(second), "--no-sharing")),
        Contestant("ours, signed in", third, gateway, environment=settings),
    ]


def _with_rules(supergraph: str) -> str:
    """The supergraph with a permission on every field that leads anywhere."""
    rule = "directive @companyScope(permission: String!, argument: String) on FIELD_DEFINITION\n\n"
    for field_type, permission in (
        *(("[Entry]", "logbook.view"), ("[Event]", "logbook.view")),
        *(("[Ship]", "ship.view"), ("[Sailor]", "ship.view")),
    ):
        supergraph = supergraph.replace(
            f": {field_type} ", f': {field_type} @companyScope(permission: "{permission}") '
        )
    return supergraph.replace("scalar join__FieldSet", rule + "scalar join__FieldSet")


def others(supergraph: Path, modules: Path) -> list[Contestant]:
    def hive(name: str, *options: str) -> Contestant:
        port = pick()
        where = ("--host", "127.0.0.1", "--port", str(port), "--fork", "1")
        command = ("node", "node_modules/.bin/hive-gateway", "supergraph", str(supergraph), *where, *options)
        return Contestant(name, port, command, modules, node)

    node = {"NODE_ENV": "production", "NODE_OPTIONS": f"--require {modules}/resolvers.cjs"}
    rust, port = "--hive-router-runtime", pick()
    apollo = {**node, "SUPERGRAPH": str(supergraph), "PORT": str(port)}
    return [
        hive("Hive (Rust planner)", rust),
        hive("Hive (Rust planner), no sharing", rust, "-c", "no-sharing.config.ts"),
        hive("Hive (JavaScript)"),
        Contestant("Apollo", port, ("node", "apollo.mjs"), modules, apollo),
    ]


async def installed() -> Path | str:
    """The folder with the other gateways, or the reason why there is none. REGISTRY_BENCH_PEERS names a ready one."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return "there is no Node.js with npm on this machine"
    folder, missing = _folder()
    if missing:
        install = ("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", *_PACKAGES)
        npm = await asyncio.create_subprocess_exec(*install, cwd=folder)
        if await npm.wait() != 0:
            return f"npm could not install them in {folder}"
    return folder


def _folder() -> tuple[Path, bool]:
    """The folder with our files in it, and whether the packages are missing."""
    given = os.environ.get("REGISTRY_BENCH_PEERS")
    folder = Path(given or Path(tempfile.gettempdir()) / "registry-bench-gateways")
    folder.mkdir(exist_ok=True)
    missing = not (folder / "node_modules" / "@graphql-hive").exists()
    files = {"apollo.mjs": _APOLLO, "no-sharing.config.ts": _NO_SHARING, "resolvers.cjs": _WITH_RESOLVERS}
    if missing:
        files["package.json"] = '{"private": true, "overrides": {"@graphql-tools/batch-execute": "10.2.0"}}'
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder, missing
