"""Which gateways there are: for collectors that are paced by them, and halts that they obey."""

from tradewinds_crds.names import Kind, child_name
from tradewinds_operator.specs import refusal
from tradewinds_operator.world import Resource, World


def has_gateway(world: World, account: Resource) -> bool:
    """Whether an account has a gateway, or gets one: not if its spec was always refused."""
    namespace, name = account["metadata"]["namespace"], account["metadata"]["name"]
    made = world.get("StatefulSet", namespace, child_name(Kind.EXCHANGE_ACCOUNT, name))
    return made is not None or refusal(account) is None


def accounts_of(world: World, namespace: str, exchange: str | None) -> list[str]:
    """Return the names of a namespace's accounts at an exchange that have a gateway, sorted."""
    return [
        account["metadata"]["name"]
        for account in world.of("ExchangeAccount", namespace)
        if account["spec"]["exchange"] == exchange and has_gateway(world, account)
    ]
