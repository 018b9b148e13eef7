"""The files and variables of one private node: its ports, its user, its cookie, all of it on the loopback interface."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.ports import HOST
from deploy.local.private_files import write_private
from deploy.local.rabbitmq.programs import Programs

USER = "registry"
NODE = "registry@localhost"
PORTS = ("amqp", "distribution", "epmd")

# Erlang terms and not RabbitMQ's newer format, which a translator has to read first: that takes half the start.
_SETTINGS = """[{{rabbit, [
    {{tcp_listeners, [{{"{host}", {port}}}]}},
    {{default_user, <<"{user}">>}}, {{default_pass, <<"{password}">>}},
    {{heartbeat, 10}},
    {{vm_memory_high_watermark, {{absolute, "{memory}"}}}}, {{disk_free_limit, "50MB"}},
    {cluster}
    {{log, [{{console, [{{enabled, true}}, {{level, warning}}]}}, {{file, [{{file, false}}]}}]}}
]}}{kernel}].
"""
# Those who are left alone stop until there is a majority again.
_CLUSTER = "{{cluster_nodes, {{[{nodes}], disc}}}}, {{cluster_partition_handling, pause_minority}},"
# A node that stands still counts as dead after so many seconds, give or take a quarter: until then, others wait for it.
_KERNEL = ", {kernel, [{net_ticktime, 15}]}"
# Two schedulers that do not wait busily: a small broker beside others on one machine.
_MACHINE = "-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none"


@dataclass(frozen=True, slots=True)
class Configuration:
    """A node below `directory`. `memory` is what it may use before it stops publishers, such as `512MB`.

    `cluster` names all nodes of the cluster that it makes or joins; they need one port mapper and one cookie.
    """

    directory: Path
    memory: str
    node: str = NODE
    cluster: tuple[str, ...] = ()

    @property
    def data(self) -> Path:
        """What the node keeps; made by its first start."""
        return self.directory / "data"

    def write(self, password: str, ports: Mapping[str, int]) -> None:
        """The user is made at the very first start only; its password has to stay the same."""
        home = self.directory / "home"
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (home / ".erlang.cookie").exists():
            write_private(home / ".erlang.cookie", secrets.token_hex(32))
        write_private(self.directory / "enabled_plugins", "[].\n")
        settings = _SETTINGS.format(
            host=HOST,
            port=ports["amqp"],
            user=USER,
            password=password,
            memory=self.memory,
            kernel=_KERNEL if self.cluster else "",
            cluster=_CLUSTER.format(nodes=", ".join(f"'{node}'" for node in self.cluster)) if self.cluster else "",
        )
        write_private(self.directory / "advanced.config", settings)

    def environment(self, programs: Programs, ports: Mapping[str, int]) -> dict[str, str]:
        """All that the node, its port mapper and its control program see."""
        files = {
            "MNESIA_BASE": self.data.name,
            "LOG_BASE": "logs",
            "CONFIG_FILE": "rabbitmq.conf",  # there is none
            "ADVANCED_CONFIG_FILE": "advanced.config",
            "GENERATED_CONFIG_DIR": "generated",
            "SCHEMA_DIR": "schema",
            "ENABLED_PLUGINS_FILE": "enabled_plugins",
            "PID_FILE": "pid",
        }
        return {
            "PATH": f"{programs.erlang}:/usr/bin:/bin",
            "HOME": str(self.directory / "home"),
            "LC_ALL": "C.UTF-8",
            "ERL_EPMD_PORT": str(ports["epmd"]),
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_AFLAGS": "-start_epmd false",  # one that Erlang started itself would outlive the node
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_NODE_PORT": str(ports["amqp"]),
            "RABBITMQ_DIST_PORT": str(ports["distribution"]),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _MACHINE,
            "RUNNING_UNDER_SYSTEMD": "true",  # the script then becomes the server, and no shell stands between us
            **{f"RABBITMQ_{name}": str(self.directory / file) for name, file in files.items()},
        }
