"""Halting and resuming, on a real API server and a real gateway that follows it."""

import itertools
import re
from collections.abc import Iterator

import pytest
from plugin_stage import NAMESPACE, Stage, account, strategy

HALTS = "tradinghalts.tradewinds.dev"
HERE = ("-n", NAMESPACE)
numbers = itertools.count(1)


@pytest.fixture
def name(trading: Stage) -> Iterator[str]:
    """Lend a halt's name that nobody had; released and gone after the test."""
    halt = f"stop-{next(numbers)}"
    trading.apply(strategy("trend", {"team": "one"}), strategy("grid"))
    yield halt
    trading.run("resume", halt, *HERE)
    trading.server.kubectl("delete", HALTS, halt, "--ignore-not-found")


def test_halt_waits_until_the_gateway_obeys_and_lists_it(trading: Stage, name: str) -> None:
    said = trading.run("halt", name, *HERE, "--reason", "the news")
    assert said.code == 0, said.err
    assert said.out.splitlines()[1].split() == [NAMESPACE, "paper", "halted"]
    assert f"next: kubectl tradewinds resume {name}" in said.out
    spec = trading.get(HALTS, name)["spec"]
    assert spec == {"reason": "the news", "selector": {"namespaces": [NAMESPACE]}}
    top = trading.run("top")
    assert f"{NAMESPACE}/paper: halted by {name} (the news)" in top.out
    assert f"Halted: {name}" in top.out


def test_resume_releases_in_the_users_name_and_waits(trading: Stage, name: str) -> None:
    trading.run("halt", name, *HERE)
    said = trading.run("resume", name, *HERE, "--reason", "calm again", "--json")
    assert said.code == 0, said.err
    assert said.json["gateways"] == [
        {"account": f"{NAMESPACE}/paper", "state": "resumed", "said": ""}
    ]
    assert trading.get(HALTS, name)["spec"]["release"]["reason"] == "calm again"
    assert trading.get(HALTS, name)["spec"]["release"]["by"] == "admin"


def test_deleted_halt_holds_until_it_is_applied_again_with_a_release(
    trading: Stage, name: str
) -> None:
    trading.run("halt", name, *HERE, "--strategy", "trend")
    trading.server.kubectl("delete", HALTS, name)
    (row,) = [
        one
        for one in trading.run("top", "--json").json["gateways"][f"{NAMESPACE}/paper"]["strategies"]
        if one["name"] == "trend"
    ]
    assert row["haltedBy"] == [name]
    assert trading.run("resume", name, *HERE).code == 0
    assert "release" in trading.get(HALTS, name)["spec"]
    assert name not in trading.run("top").out


def test_name_of_a_released_halt_is_not_used_again(trading: Stage, name: str) -> None:
    trading.run("halt", name, *HERE)
    trading.run("resume", name, *HERE)
    said = trading.run("halt", name, *HERE)
    assert f"halt '{name}' is taken; halting as '{name}-2'" in said.out
    assert trading.run("resume", f"{name}-2", *HERE).code == 0


def test_same_halt_again_changes_nothing(trading: Stage, name: str) -> None:
    trading.run("halt", name, *HERE)
    before = trading.get(HALTS, name)["metadata"]["resourceVersion"]
    assert trading.run("halt", name, *HERE).code == 0
    assert trading.get(HALTS, name)["metadata"]["resourceVersion"] == before


def test_halt_by_label_selects_and_asks_only_the_accounts_concerned(
    trading: Stage, name: str
) -> None:
    trading.apply(account("idle"))
    said = trading.run("halt", name, *HERE, "-l", "team=one", "--json")
    assert said.code == 0, said.err
    assert [one["account"] for one in said.json["gateways"]] == [f"{NAMESPACE}/paper"]
    trading.server.kubectl("delete", "exchangeaccounts.tradewinds.dev", "idle", *HERE)


def test_silent_gateway_ends_halt_with_one_and_the_halt_stands(trading: Stage, name: str) -> None:
    trading.apply(account("silent"))
    said = trading.run("halt", name, *HERE, "--timeout", "0.5")
    assert said.code == 1
    assert [line.split()[1:] for line in said.out.splitlines()[1:3]] == [
        ["paper", "halted"],
        ["silent", "silent"],
    ]
    assert f"{NAMESPACE}/silent: its gateway did not answer" in said.err
    assert "release" not in trading.get(HALTS, name)["spec"]
    trading.server.kubectl("delete", "exchangeaccounts.tradewinds.dev", "silent", *HERE)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--strategy", "trned"), "--strategy was 'trned', expected one of grid, trend"),
        (("--account", "papre"), "--account was 'papre', expected one of paper"),
        (("-l", "team=two"), "No Strategy there is selected by all of these options together"),
        (("-l", "team"), "--label was 'team', expected KEY=VALUE"),
    ],
)
def test_name_that_means_nothing_halts_nobody_and_says_so(
    trading: Stage, name: str, words: tuple[str, ...], message: str
) -> None:
    said = trading.run("halt", name, *HERE, *words)
    assert said.code == 2
    assert message in said.err
    assert name not in trading.server.kubectl("get", HALTS, "-o", "name")


def test_resume_of_a_halt_that_nobody_holds_names_those_there_are(
    trading: Stage, name: str
) -> None:
    trading.run("halt", name, *HERE)
    said = trading.run("resume", "nothing", *HERE)
    assert said.code == 2
    found = re.search(
        r"No halt 'nothing' is active there \(active: (.*)\)\. Nothing was ", said.err
    )
    assert found is not None  # other suites on this API server may have left halts of everybody
    assert name in found[1].split(", ")


def test_halt_stands_even_if_its_author_may_not_see_who_obeys(trading: Stage, name: str) -> None:
    kubectl = trading.server.kubectl
    kubectl("create", "clusterrole", name, "--verb=create", f"--resource={HALTS}")
    kubectl("create", "clusterrolebinding", name, f"--clusterrole={name}", "--user=guard")
    said = trading.run("halt", name, *HERE, user="guard")
    assert said.code == 1
    assert f"tradinghalt/{name} stands, but who obeys is not known: guard may not list" in said.err
    assert "The chart's ClusterRole tradewinds-view may" in said.err
    assert trading.get(HALTS, name)["spec"]["reason"] == "halted by hand"


def test_resume_without_the_right_names_the_role_that_has_it(trading: Stage, name: str) -> None:
    trading.run("halt", name, *HERE)
    kubectl = trading.server.kubectl
    binding = f"watcher-{name}"
    role = f"--clusterrole={NAMESPACE}-kinds"
    kubectl("create", "clusterrolebinding", binding, role, "--user=watcher")
    proxy = ("--verb=get", "--resource=services/proxy")
    kubectl("create", "clusterrole", binding, *proxy)
    kubectl(
        *("create", "clusterrolebinding", f"{binding}-desk"),
        *(f"--clusterrole={binding}", "--user=watcher"),
    )
    said = trading.run("resume", name, *HERE, user="watcher")
    assert said.code == 1
    assert "watcher may not patch tradinghalts in the whole cluster" in said.err
    assert "The chart's ClusterRole tradewinds-risk-owner may" in said.err
    assert "release" not in trading.get(HALTS, name)["spec"]
