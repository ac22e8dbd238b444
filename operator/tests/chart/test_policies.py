"""Who lets a Strategy trade real money, who releases a halt, and that the operator does neither."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from chart_stage import apply, remove
from rendered import HOME, Helm, setting

from tradewinds_e2e.errors import KubectlError
from tradewinds_e2e.servers.kubernetes import ApiServer

TRADING = "policies-trading"
OPERATOR = f"system:serviceaccount:{HOME}:tradewinds-operator"
DEADLINE = 30.0
STRATEGY = """
apiVersion: tradewinds.dev/v1alpha1
kind: Strategy
metadata: {{name: {name}, namespace: policies-trading}}
spec:
  accountRef: {{name: kraken}}
  symbols: [BTC/USDT]
  timeframe: 1h
  capital: {capital} USDT
  sizing: {{equity: 25%}}
  stage: {stage}
  state: {state}
  risk: {{maxDailyLoss: 2%}}
  rules:
    long: {{entry: "close > open", exit: "close < open"}}
"""
HALT = """
apiVersion: tradewinds.dev/v1alpha1
kind: TradingHalt
metadata: {{name: {name}}}
spec:
  selector: {{}}
  reason: a test
"""
RELEASE = "  release: {by: somebody, reason: all is well}\n"


class Person:
    """Somebody who types kubectl."""

    def __init__(self, server: ApiServer, name: str) -> None:
        self._server = server
        self._as = ["--as", name, "--as-group", "system:authenticated"]

    def apply(self, manifest: str) -> str:
        """Return nothing, or what the API server refused it with."""
        try:
            self._server.kubectl(*self._as, "apply", "-f", "-", stdin=manifest)
        except KubectlError as error:
            return str(error)
        return ""

    def patch(self, *words: str) -> str:
        try:
            self._server.kubectl(*self._as, "patch", *words)
        except KubectlError as error:
            return str(error)
        return ""


@pytest.fixture(scope="module")
def server(helm: Helm, kubernetes: ApiServer) -> Iterator[ApiServer]:
    objects = helm.template(*setting(tradingNamespaces=f'["{TRADING}"]'))
    apply(kubernetes, objects, (TRADING,))
    bindings = {
        "quant": "tradewinds-edit",
        "owner": "tradewinds-risk-owner",
        "admin": "tradewinds-admin",
    }
    for user, role in bindings.items():
        kubernetes.kubectl(
            "create",
            "clusterrolebinding",
            f"policies-{user}",
            f"--clusterrole={role}",
            f"--user={user}",
        )
    try:
        until_enforced(kubernetes)
        yield kubernetes
    finally:
        remove(kubernetes, objects)
        for user in bindings:
            kubernetes.kubectl("delete", "clusterrolebinding", f"policies-{user}")
        kubernetes.kubectl("delete", "tradinghalts", "--all")
        kubernetes.kubectl("delete", "strategies", "--all", "--namespace", TRADING)


def until_enforced(server: ApiServer) -> None:
    """Wait until the API server has taken in roles, policies and bindings."""
    admin, deadline = Person(server, "admin"), time.monotonic() + DEADLINE
    for manifest in (strategy("probe", "Live"), HALT.format(name="probe") + RELEASE):
        while (
            "Nothing was changed" not in (said := admin.apply(manifest))
            and "stays in force" not in said
        ):
            assert time.monotonic() < deadline, f"the policies were not enforced: {said}"
            server.kubectl("delete", "--ignore-not-found", "-f", "-", stdin=manifest)


def strategy(name: str, stage: str = "Paper", state: str = "Running", capital: int = 1000) -> str:
    return STRATEGY.format(name=name, stage=stage, state=state, capital=capital)


@pytest.fixture
def quant(server: ApiServer) -> Person:
    return Person(server, "quant")


@pytest.fixture
def owner(server: ApiServer) -> Person:
    return Person(server, "owner")


def test_quant_trades_on_paper_and_not_with_money(quant: Person) -> None:
    assert quant.apply(strategy("paper")) == ""
    refused = quant.apply(strategy("paper", "Live"))
    assert "Strategy paper: quant may not let it trade with real money (stage: Live)" in refused
    assert (
        "kubectl create rolebinding NAME --clusterrole=tradewinds-risk-owner --user=quant"
        in refused
    )
    assert "may not let it trade" in quant.apply(strategy("new", "Live"))


def test_admin_of_kubernetes_role_is_no_risk_owner(server: ApiServer) -> None:
    assert "may not let it trade" in Person(server, "admin").apply(strategy("admins", "Live"))


def test_owner_lets_it_trade_and_quant_may_only_brake(owner: Person, quant: Person) -> None:
    assert owner.apply(strategy("live", "Live")) == ""
    assert "may not let it trade" in quant.apply(strategy("live", "Live", capital=9000))
    assert quant.apply(strategy("live", "Live", "Paused")) == ""
    assert "may not let it trade" in quant.apply(strategy("live", "Live", "Paused", capital=9000))
    assert "may not let it trade" in quant.apply(strategy("live", "Live"))
    assert quant.apply(strategy("live", "Live", "Stopped")) == ""
    assert quant.apply(strategy("live")) == ""


def test_brake_carries_no_other_edit(owner: Person, quant: Person) -> None:
    assert owner.apply(strategy("braked", "Live")) == ""
    assert "may not let it trade" in quant.apply(strategy("braked", "Live", "Paused", capital=9000))
    resized = strategy("braked", "Live", "Stopped").replace("equity: 25%", "quote: 25 USDT")
    assert "may not let it trade" in quant.apply(resized)
    assert quant.apply(strategy("paper-first")) == ""
    assert "may not let it trade" in quant.apply(strategy("paper-first", "Live", "Paused"))
    assert quant.apply(strategy("braked", "Live", "Paused")) == ""


def test_label_of_a_live_strategy_is_free(owner: Person, quant: Person) -> None:
    assert owner.apply(strategy("labelled", "Live")) == ""
    words = ("strategy", "labelled", "--namespace", TRADING, "--type=merge")
    assert quant.patch(*words, '--patch={"metadata": {"labels": {"desk": "a"}}}') == ""


def test_who_halts_may_not_release(server: ApiServer, owner: Person) -> None:
    admin = Person(server, "admin")
    assert admin.apply(HALT.format(name="desk-stop")) == ""
    refused = admin.apply(HALT.format(name="desk-stop") + RELEASE)
    assert "TradingHalt desk-stop: admin may not release a halt. It stays in force" in refused
    assert "--clusterrole=tradewinds-risk-owner --user=admin" in refused
    assert owner.apply(HALT.format(name="desk-stop") + RELEASE) == ""


def test_halt_that_is_born_released_needs_the_permission(server: ApiServer, owner: Person) -> None:
    born = HALT.format(name="gone") + RELEASE
    assert "may not release a halt" in Person(server, "admin").apply(born)
    assert owner.apply(born) == ""


def test_operator_writes_finalizers_and_no_spec(server: ApiServer, owner: Person) -> None:
    assert owner.apply(strategy("held")) == ""
    operator = Person(server, OPERATOR)
    words: Any = ("strategy", "held", "--namespace", TRADING, "--type=merge")
    assert (
        operator.patch(*words, '--patch={"metadata": {"finalizers": ["tradewinds.dev/orders"]}}')
        == ""
    )
    assert operator.patch(*words, '--patch={"metadata": {"finalizers": []}}') == ""
    refused = operator.patch(*words, '--patch={"spec": {"capital": "2000 USDT"}}')
    assert "The operator never writes a spec" in refused
