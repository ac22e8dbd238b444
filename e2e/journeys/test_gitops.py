"""Bots from Git by a real Argo CD: sync, health, no drift, halts, refusals, gates, pruning."""

import json
from collections.abc import Iterator

import bots
import gitops
import pytest
from gitops import GitOps
from installation import SYSTEM, Site, until

BOT, FLEET = "trading-gitops", "trading-pruned"
START, END = "2024-03-01", "2024-12-01"
START_MS = 1_709_251_200_000
STRATEGY = "manifests/samples/first-bot/strategy.yaml"
GATED = "manifests/argocd/gated"
LEFT = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [note.yaml]
"""
NOTE = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: note}
data: {left: by the desk}
"""


@pytest.fixture(scope="module")
def git(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitOps]:
    with gitops.running(site, tmp_path_factory.mktemp("gitops")) as running:
        running.project(BOT, FLEET)
        yield running
        running.remove(BOT, FLEET)
        trading = site.namespace(FLEET)
        for kind in ("strategies", "marketfeeds", "exchangeaccounts"):
            trading.kubectl("delete", kind, "--all", "--timeout=90s")


@pytest.fixture(scope="module")
def head(git: GitOps) -> str:
    return git.repository.git("rev-parse", "HEAD").strip()


@pytest.fixture(scope="module")
def first_bot(git: GitOps, head: str) -> str:
    name = git.declare("first-bot.yaml", BOT)
    git.until_synced(name, head, "Healthy")
    return name


def test_sample_is_synced_and_each_kind_is_healthy(git: GitOps, first_bot: str) -> None:
    resources = git.argo.application(first_bot)["status"]["resources"]
    found = {one["kind"]: one["status"] for one in resources}
    assert found == dict.fromkeys(
        ("ExchangeAccount", "MarketFeed", "Strategy", "Backtest"), "Synced"
    )


def test_nothing_drifts_after_a_sync(git: GitOps, first_bot: str) -> None:
    synced = len(git.argo.application(first_bot)["status"]["history"])
    for status in git.looks(first_bot, 3):
        assert status["sync"]["status"] == "Synced"
        assert len(status["history"]) == synced


def test_halt_survives_self_heal(site: Site, git: GitOps, first_bot: str) -> None:
    trading = site.namespace(BOT)
    site.plugin("halt", "gitops-stop", "-n", BOT, "--reason", "a journey asks for it")
    edit = json.dumps({"spec": {"capital": "1 USDT"}})
    trading.kubectl("patch", "strategy", "btc-trend", "--type=merge", "-p", edit)

    def healed() -> bool:
        found = trading.get("strategy", "btc-trend") or {}
        return str(found["spec"]["capital"]) == "10000 USDT"

    until(healed, 60, "Argo CD sets the capital back")
    revision = git.argo.application(first_bot)["status"]["sync"]["revision"]
    git.until_synced(first_bot, revision, "Suspended")
    assert trading.row("paper", "btc-trend")["haltedBy"] == ["gitops-stop"]
    assert site.kubectl("get", "halt", "gitops-stop", "-o", "name")
    site.plugin("resume", "gitops-stop", "-n", BOT, "--reason", "the journey goes on")
    site.kubectl("delete", "halt", "gitops-stop")  # a released name is not used again
    git.until_synced(first_bot, revision, "Healthy")


def test_bad_manifest_fails_with_our_message_and_the_bot_stays(
    site: Site, git: GitOps, first_bot: str
) -> None:
    good = (git.repository.folder / STRATEGY).read_text()
    bad = good.replace("  timeframe: 1h\n", "  timeframe: 1h\n  stage: Live\n", 1)
    revision = git.commit({STRATEGY: bad}, "Go live at once")
    git.until_refused(first_bot, revision, "stage Live needs spec.risk")
    stands = site.namespace(BOT).get("strategy", "btc-trend") or {}
    assert stands["spec"]["stage"] == "Paper"
    git.until_synced(first_bot, git.commit({STRATEGY: good}, "Stay on paper"), "Healthy")


def test_chart_is_rendered_and_compared_without_an_error(git: GitOps) -> None:
    name = git.show("tradewinds.yaml", SYSTEM)

    def compared() -> dict[str, object]:
        status: dict[str, object] = git.argo.application(name).get("status", {})
        return status if status.get("resources") or status.get("conditions") else {}

    status = until(compared, 60, "the chart is compared")
    git.remove(name)
    assert status.get("conditions") is None


def test_edit_that_its_backtest_refuses_is_not_synced(site: Site, git: GitOps) -> None:
    name = git.declare("gated.yaml", FLEET)
    trading = site.namespace(FLEET)
    trading.apply(bots.text(bots.account(), bots.feed(START, END, "7200x")))
    head = git.repository.git("rev-parse", "HEAD").strip()
    git.until_synced(name, head, "Healthy")
    file = f"{GATED}/strategy.yaml"
    good = (git.repository.folder / file).read_text()
    bad = good.replace("close > trend", "close > trend * 1.5")
    git.until_refused(name, git.commit({file: bad}, "Trade less"), "trades >= 30: it was 0")
    stands = trading.get("strategy", "gated-trend") or {}
    assert "1.5" not in json.dumps(stands["spec"])
    git.until_synced(name, git.commit({file: good}, "Trade as before"), "Healthy")


def test_pruned_strategy_is_flat_before_it_goes(site: Site, git: GitOps) -> None:
    trading = site.namespace(FLEET)
    trading.until_decided("paper", "gated-trend", START_MS + 10 * bots.HOUR, 120)
    until(lambda: trading.row("paper", "gated-trend").get("flat") is False, 180, "it is open")
    git.commit({f"{GATED}/kustomization.yaml": LEFT, f"{GATED}/note.yaml": NOTE}, "Leave no bot")
    git.argo.refresh(FLEET)
    until(lambda: trading.get("strategy", "gated-trend") is None, 120, "it is pruned")
    row = trading.row("paper", "gated-trend")
    assert (row["flat"], row["resting"]) == (True, 0)
