"""What a person reads of resources: their status, a report, a pod's log, and clear refusals."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from plugin_stage import NAMESPACE, PROGRAM, Stage, account, feed, pod, strategy

from tradewinds_crds.names import API_VERSION

BACKTESTS = "backtests.tradewinds.dev"
MOMENT = "2026-01-01T00:00:00Z"


@pytest.fixture(scope="module")
def declared(stage: Stage) -> Iterator[Stage]:
    period = {"from": "2024-03-01", "to": "2024-07-01"}
    spec = {"strategyRef": {"name": "seen"}, "period": period, "acceptance": ["trades >= 100"]}
    metadata = {"name": "seen", "namespace": NAMESPACE}
    backtest = {"apiVersion": API_VERSION, "kind": "Backtest", "metadata": metadata, "spec": spec}
    shares = {"seen": "60%", "unseen": "40%"}
    parts = [{"strategyRef": {"name": one}, "weight": weight} for one, weight in shares.items()]
    both = {
        **backtest,
        "metadata": {**metadata, "name": "both"},
        "spec": {"strategies": parts, "period": period},
    }
    stage.apply(account("books"), strategy("seen"), strategy("unseen", state="Stopped"))
    stage.apply(backtest, both)
    yield stage
    for resource in ("strategies", "backtests", "marketfeeds"):
        stage.server.kubectl("delete", resource, "--all", "-n", NAMESPACE)
    stage.server.kubectl("delete", "exchangeaccounts", "books", "-n", NAMESPACE)


def condition(kind: str, holds: str, reason: str, message: str = "") -> dict[str, str]:
    return {
        "type": kind,
        "status": holds,
        "reason": reason,
        "message": message,
        "lastTransitionTime": MOMENT,
    }


def test_status_says_what_is_wrong_and_how_to_mend_it(declared: Stage) -> None:
    remedy = "halted by desk-stop; kubectl tradewinds resume desk-stop"
    conditions = [condition("Ready", "False", "HaltedByDeskStop", remedy)]
    status = {"mode": "Paper", "observedGeneration": 1, "conditions": conditions}
    declared.set_status("strategies", "seen", status)
    lines = declared.run("status").out.splitlines()
    assert lines[0].split() == ["RESOURCE", "READY", "MODE", "FLAT", "REASON", "SINCE"]
    row = next(line for line in lines if line.startswith("strategy/seen "))
    assert row.split()[1:4] == ["False", "Paper", "HaltedByDeskStop"]
    assert f"strategy/seen: {remedy}" in lines
    assert any(
        line.startswith("strategy/unseen: no operator has looked at it yet") for line in lines
    )


def test_edit_that_waits_beside_a_bot_that_runs_is_said(declared: Stage) -> None:
    waits = "generation 2 waits: kubectl tradewinds roll-out seen"
    conditions = [
        condition("Ready", "True", "Running"),
        condition("Reconciling", "True", "UpdateWaits", waits),
    ]
    declared.set_status("strategies", "seen", {"conditions": conditions})
    assert f"strategy/seen: {waits}" in declared.run("status").out.splitlines()


def test_feed_that_stands_still_says_what_it_waits_for(declared: Stage) -> None:
    declared.apply(feed("hours"))
    waits = "the replay waits for seen"
    conditions = [condition("Ready", "True", "WaitingForFollowers", waits)]
    declared.set_status("marketfeeds", "hours", {"conditions": conditions})
    assert f"marketfeed/hours: {waits}" in declared.run("status").out.splitlines()
    everywhere = declared.run("status", "-A").out.splitlines()
    assert f"{NAMESPACE}/marketfeed/hours: {waits}" in everywhere


def test_halt_of_another_namespace_is_not_shown(declared: Stage) -> None:
    body = {"apiVersion": API_VERSION, "kind": "TradingHalt"}
    for name, selector in (("theirs", {"namespaces": ["elsewhere"]}), ("ours", {})):
        spec = {"selector": selector, "reason": "news"}
        declared.apply({**body, "metadata": {"name": name}, "spec": spec})
    out = declared.run("status").out
    declared.server.kubectl("delete", "halt", "theirs", "ours")
    assert "tradinghalt/ours: news  → kubectl tradewinds resume ours" in out
    assert "theirs" not in out


def test_latched_halt_without_an_object_is_named_with_the_way_out(declared: Stage) -> None:
    status = {"halts": ["ghost"], "conditions": [condition("Ready", "True", "Serving")]}
    declared.set_status("exchangeaccounts", "books", status)
    out = declared.run("status").out
    assert "halted by ghost, which is gone  → kubectl tradewinds resume ghost" in out
    assert "exchangeaccount/books:" not in out


def test_report_shows_figures_verdict_and_where_the_rest_is(declared: Stage) -> None:
    conditions = [
        condition("Complete", "True", "Complete"),
        condition("Accepted", "False", "TooFewTrades", "trades was 31, expected >= 100"),
    ]
    figures = {
        "totalReturn": "+91.0%",
        "sharpe": "3.10",
        "maxDrawdown": "6.0%",
        "trades": 31,
        "orderHash": "7c1e94a0",
    }
    status = {"progress": "100%", "run": "93ab", "results": figures, "conditions": conditions}
    declared.set_status("backtests", "seen", status)
    out = declared.run("report", "seen").out.splitlines()
    assert out[0] == "seen  strategy seen  2024-03-01 → 2024-07-01"
    title = "both  strategies seen 60%, unseen 40%  2024-03-01 → 2024-07-01"
    assert declared.run("report", "both").out.splitlines()[0] == title
    assert out[1] == "Complete  100%"
    assert out[2] == "return +91.0% · max drawdown 6.0% · Sharpe 3.10 · trades 31"
    assert out[3:6] == [
        "not accepted  trades was 31, expected >= 100", "orders 7c1e94a0", "run 93ab",
    ]  # fmt: skip
    assert "in the store: table results, this key" in out[6]
    assert declared.run("report", "seen", "--json").json["status"]["results"] == figures
    assert "backtest/seen: trades was 31, expected >= 100" in declared.run("status").out


def test_logs_hands_over_to_kubectl_with_the_right_pod(declared: Stage) -> None:
    pods = {"seen": "bot-seen-0", "account/books": "gateway-books-0"}
    identity = {"name": "default", "namespace": NAMESPACE}
    declared.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": identity})
    for target, name in pods.items():
        declared.apply(pod(name))
        said = declared.run("logs", target, "--since", "5m")
        assert (said.code, said.err) == (0, "")
        declared.server.kubectl("delete", "pod", name, "-n", NAMESPACE, "--now")
    assert "expected strategy/NAME" in declared.run("logs", "bot/").err


def test_logs_of_what_has_no_pod_says_why(declared: Stage) -> None:
    conditions = [condition("Ready", "False", "InvalidRules", "unknown name 'clos'")]
    declared.set_status("strategies", "seen", {"conditions": conditions})
    said = declared.run("logs", "seen")
    assert said.code == 1
    assert said.err == "strategy/seen has no pod now: unknown name 'clos'\n"
    stopped = declared.run("logs", "strat/unseen")
    assert (stopped.code, "its state is Stopped" in stopped.err) == (1, True)


def test_name_that_is_not_there_says_where_to_look(declared: Stage) -> None:
    said = declared.run("report", "nothing")
    assert said.code == 2
    assert "There is no 'nothing' among the backtests there" in said.err
    elsewhere = declared.run("status", "-n", "nowhere")
    assert "Look elsewhere: -n NAMESPACE or -A" in elsewhere.out


def test_cluster_without_our_kinds_says_how_to_install_them(stage: Stage) -> None:
    from tradewinds_operator.plugin.refusals import refusal  # noqa: PLC0415

    config = str(stage.server.kubeconfig)
    asked = ("--kubeconfig", config, "get", "wonders.tradewinds.dev")
    done = subprocess.run(
        [stage.server.kubectl_path, *asked], capture_output=True, text=True, check=False
    )
    error = refusal(done.stderr.strip())
    assert error.code == 2
    assert "Tradewinds is not installed in this cluster: it has no wonders" in str(error)


def test_machine_without_kubectl_is_told_so(tmp_path: Path) -> None:
    python = tmp_path / "python3"
    python.symlink_to(sys.executable)
    done = subprocess.run(
        [PROGRAM, "status"],
        env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert shutil.which("kubectl", path=str(tmp_path)) is None
    assert done.returncode == 2
    assert done.stderr.startswith("There is no kubectl on the PATH.")


def test_context_that_is_not_there_is_kubectls_own_answer(stage: Stage) -> None:
    said = stage.run("status", "--context", "moon")
    assert said.code == 1
    assert "context was not found for specified context: moon" in said.err


def test_api_server_that_is_away_is_one_line(tmp_path: Path, stage: Stage) -> None:
    away = tmp_path / "kubeconfig"
    away.write_text(stage.server.kubeconfig.read_text().replace(str(stage.server.port), "1"))
    said = stage.run("status", "--kubeconfig", str(away))
    assert said.code == 1
    assert said.err.startswith("The connection to the server 127.0.0.1:1 was refused")
    assert len(said.err.splitlines()) == 1


def test_nothing_heavy_is_loaded_before_the_answer() -> None:
    code = (
        "import sys; from tradewinds_operator.plugin.main import main; main(['--help']);"
        "from tradewinds_operator.plugin import top, halt, resume, status, rollback;"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"kubernetes", "kopf", "aiohttp", "pydantic", "yaml", "tradewinds_store", "tradewinds"}
    assert not heavy & set(done.stderr.split())
    assert "Usage: kubectl tradewinds" in done.stdout
    for verb in ("status", "halt", "roll-out", "logs", "rollback"):
        assert verb in done.stdout


def test_json_of_status_is_one_object(declared: Stage) -> None:
    found = declared.run("status", "-A", "--json").json["resources"]
    names = {(one["kind"], one["namespace"], one["name"]) for one in found}
    assert ("Strategy", NAMESPACE, "seen") in names
    assert json.dumps(found)
