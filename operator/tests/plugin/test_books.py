"""What a desk shows of positions and orders: a desk's answers behind the Service proxy."""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from plugin_stage import NAMESPACE, Stage, account

POSITION = {
    "strategy": "trend",
    "uid": "u",
    "symbol": "BTC/USDT",
    "base": "BTC",
    "quantity": "0.1021",
    "averagePrice": "24301.5",
    "price": None,
    "profit": "12.00",
}
ORDER = {
    "key": "k",
    "strategy": "trend",
    "symbol": "BTC/USDT",
    "side": "buy",
    "kind": "market",
    "quantity": "0.1021",
    "price": None,
    "decided": 1_678_784_400_000,
    "outcome": "filled 0.1021 @ 24301.5",
    "live": False,
}
ROW = {
    "name": "trend",
    "mode": "Paper",
    "positions": [POSITION],
    "equity": "10212.00",
    "profit": 0.0212,
    "trades": 6,
    "orderHash": "7c1e94a0aaaa",
    "haltedBy": ["desk-stop"],
    "deleted": False,
    "state": "Paused",
}
GONE = {**ROW, "name": "gone", "deleted": True, "positions": [], "haltedBy": []}
LEFT = {**ROW, "name": "left", "deleted": True, "haltedBy": []}
FRESH = {**ROW, "name": "fresh", "orderHash": hashlib.sha256().hexdigest(), "haltedBy": []}
HALT = {"name": "desk-stop", "reason": "news", "strategies": ["trend"]}
OTHERS = {"name": "others", "reason": "news", "strategies": []}  # of another namespace
ANSWERS: dict[str, dict[str, Any]] = {
    "/v1/positions": {"positions": [POSITION]},
    "/v1/orders": {"orders": [ORDER]},
    "/v1/status": {"strategies": [ROW, GONE, LEFT, FRESH], "halts": [HALT, OTHERS]},
}
ONLY = ("--account", "shown")


class _Desk(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(ANSWERS[self.path]).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def desk(stage: Stage) -> Iterator[Stage]:
    stage.apply(account("shown"), account("silent"))
    with HTTPServer(("127.0.0.1", 0), _Desk) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stage.serve_desk("shown", server.server_port)
        yield stage
        server.shutdown()
    for name in ("shown", "silent"):
        stage.server.kubectl("delete", "exchangeaccounts.tradewinds.dev", name, "-n", NAMESPACE)


def test_positions_have_the_columns_of_the_laptop(desk: Stage) -> None:
    header, row = desk.run("positions", *ONLY).out.splitlines()
    assert header.split() == [
        "ACCOUNT", "STRATEGY", "SYMBOL", "QUANTITY", "AVERAGE", "PRICE", "P&L",
    ]  # fmt: skip
    assert row.split() == ["shown", "trend", "BTC/USDT", "0.1021", "24301.5", "12.00"]


def test_orders_say_what_became_of_each(desk: Stage) -> None:
    _, row = desk.run("orders", *ONLY).out.splitlines()
    assert row.split() == [
        "shown", "2023-03-14", "09:00", "trend", "BTC/USDT", "buy", "market", "0.1021",
        "filled", "0.1021", "@", "24301.5",
    ]  # fmt: skip


def test_top_shows_what_is_held_and_what_holds_it_back(desk: Stage) -> None:
    header, row, _, _, halt = desk.run("top", *ONLY).out.splitlines()
    assert header.split()[:3] == ["STRATEGY", "MODE", "POSITION"]
    assert row.split("  ")[0] == "trend"
    for text in ("+0.1021 BTC", "10,212.00", "+2.12%", "7c1e94a0", "Halted: desk-stop, Paused"):
        assert text in row
    assert "7c1e94a0a" not in row
    assert halt == (
        f"{NAMESPACE}/shown: halted by desk-stop (news)  → kubectl tradewinds resume desk-stop"
    )


def test_top_leaves_out_what_is_over_and_names_no_hash_of_nothing(desk: Stage) -> None:
    _, _, left, fresh, _ = desk.run("top", *ONLY).out.splitlines()
    assert left.split()[0] == "left"  # it holds a position, so somebody must look
    assert "Removed" in left
    assert fresh.split()[-2:] == ["-", "Paused"]


def test_silent_gateway_is_named_beside_what_the_others_say(desk: Stage) -> None:
    said = desk.run("positions", *ONLY, "--account", "silent")
    assert said.code == 1
    assert "0.1021" in said.out
    assert f"{NAMESPACE}/silent: its gateway did not answer (" in said.err
    assert f"See: kubectl tradewinds status -n {NAMESPACE}" in said.err


def test_json_is_what_the_gateway_said(desk: Stage) -> None:
    said = desk.run("orders", *ONLY, "--json")
    assert said.json == {
        "gateways": {f"{NAMESPACE}/shown": ANSWERS["/v1/orders"]},
        "silent": {},
    }


def test_account_that_is_not_there_names_those_that_are(desk: Stage) -> None:
    said = desk.run("orders", "--account", "shwon")
    assert said.code == 2
    assert "--account was 'shwon', expected one of " in said.err
    assert "shown, silent" in said.err


def test_who_may_not_ask_gateways_is_told_which_right_is_missing(desk: Stage) -> None:
    kubectl = desk.server.kubectl
    accounts = "--resource=exchangeaccounts.tradewinds.dev"
    kubectl("create", "role", "reader", "--verb=list", accounts, "-n", NAMESPACE)
    binding = ("--role=reader", "--user=reader", "-n", NAMESPACE)
    kubectl("create", "rolebinding", "reader", *binding)
    said = desk.run("top", "--account", "silent", user="reader")
    assert said.code == 1
    assert said.err == (
        f"reader may not get services/proxy in namespace {NAMESPACE}. The chart's ClusterRole "
        "tradewinds-desk may, and can be bound by whoever gives rights here; to check: "
        f"kubectl auth can-i get services --subresource=proxy -n {NAMESPACE}\n"
    )
