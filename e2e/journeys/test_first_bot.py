"""From manifests to an answer and to a bot that trades it: one hash on laptop and cluster."""

from pathlib import Path

import bots
from installation import Site

START, END = "2024-03-01", "2024-07-01"
END_MS = 1_719_792_000_000


def test_a_bot_and_a_backtest_on_the_cluster_order_what_the_laptop_orders(
    site: Site, tmp_path: Path
) -> None:
    trading = site.namespace("trading-first")
    declared = [
        bots.account(),
        bots.feed(START, END),
        bots.strategy(),
        bots.backtest(START, END, acceptance=["trades >= 20", "maxDrawdown < 1%"]),
    ]
    trading.apply(bots.text(*declared))

    trading.wait("exchangeaccount/paper", "Ready")
    trading.wait("marketfeed/replay", "Ready")
    trading.wait("strategy/btc-trend", "Ready")
    trading.wait("backtest/btc-trend", "Complete")

    laptop = site.backtest(bots.written(tmp_path, *declared[:-1], bots.backtest(START, END)))
    asked = trading.get("backtest", "btc-trend") or {}
    assert asked["status"]["results"]["orderHash"] == laptop["orderHash"]
    assert asked["status"]["results"]["trades"] == len(laptop["trades"])
    row = trading.until_decided("paper", "btc-trend", END_MS, 120)
    assert row["orderHash"] == laptop["orderHash"]
    assert row["trades"] == len(laptop["trades"])


def test_kubectl_get_fills_every_column(site: Site) -> None:
    trading = site.namespace("trading-first")
    trading.until_decided("paper", "btc-trend", END_MS, 120)
    for condition, status in (("Reconciling", "False"), ("Flat", "True")):
        trading.kubectl("wait", "strategy/btc-trend", f"--for=condition={condition}={status}")

    table = trading.kubectl("get", "strat,bt,xa,feed", "--no-headers").splitlines()
    lines = {line.split()[0].partition(".")[0]: line.split()[1:] for line in table if line.strip()}

    assert lines["strategy"][:6] == ["True", "Paper", "BTC/USDT", "1h", "paper", "True"]
    assert lines["exchangeaccount"][:4] == ["True", "Paper", "binance", "1"]
    assert lines["marketfeed"][0] == "True"
    assert lines["backtest"][:2] == ["True", "100%"]
    assert lines["backtest"][6] == "False"  # its drawdown is above the 1% that it accepts
    assert "<none>" not in "".join(table)


def test_the_plugin_shows_what_the_gateway_knows(site: Site) -> None:
    shown = site.plugin("top", "-n", "trading-first")

    assert "btc-trend" in shown
    assert "Paper" in shown
