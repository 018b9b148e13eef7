"""The addresses of a cluster's nodes are told apart, and a setting that is none is refused without being quoted."""

import pytest

from chassis.broker.addresses import split_addresses
from chassis.settings import BrokerAddress, Settings, SettingsError, load

ONE, TWO = "amqp://user:password@10.0.0.5:5672/", "amqps://user:password@10.0.0.6/registry?cafile=/ca.pem"


class Example(Settings):
    amqp_url: BrokerAddress


@pytest.mark.parametrize(
    ("given", "told_apart"),
    [
        (ONE, [ONE]),
        (f"{ONE},{TWO}", [ONE, TWO]),
        (f" {ONE},\n  {TWO} ,{ONE}\n", [ONE, TWO, ONE]),
        (
            "amqp://user:a,b@10.0.0.5/,amqp://user:a,b@10.0.0.6/",
            ["amqp://user:a,b@10.0.0.5/", "amqp://user:a,b@10.0.0.6/"],
        ),
    ],
)
def test_addresses_are_told_apart_and_commas_in_passwords_stay(given: str, told_apart: list[str]) -> None:
    assert split_addresses(given) == told_apart
    assert load(Example, "THINGS", {"THINGS_AMQP_URL": given}).amqp_url == given


@pytest.mark.parametrize(
    "given",
    [
        *("", ",", "10.0.0.5", "http://10.0.0.5/", "amqp://", "amqp://h:0/", "amqp://h:x/"),
        *(f"{ONE},", f"{ONE},10.0.0.6", f"amqp://,{ONE}"),
        *("amqp://user:hunter2@a,b,c/", "amqp://user:hunter2@a:5672,b:5672/"),
        "amqp://user:hunter2/x@10.0.0.5/",
    ],
)
def test_what_is_no_address_is_refused_and_not_shown(given: str) -> None:
    with pytest.raises(SettingsError) as told:
        load(Example, "THINGS", {"THINGS_AMQP_URL": given})
    assert str(told.value) == (
        "THINGS_AMQP_URL: the address of a broker is like amqp://user:password@10.0.0.5:5672/, "
        "and a cluster has such a whole address for each node, with commas between them"
    )
