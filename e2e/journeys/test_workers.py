"""KEDA makes workers for the queue and takes them away; what they answer is what a laptop says."""

from pathlib import Path

import bots
from installation import SYSTEM, Site, until

START, END = "2024-01-15", "2024-12-30"
TASKS = 20


def _workers(site: Site) -> list[str]:
    names = site.kubectl(
        *("-n", SYSTEM, "get", "pods", "-l", "app.kubernetes.io/component=worker"),
        *("--field-selector=status.phase!=Succeeded,status.phase!=Failed", "-o", "name"),
    )
    return names.split()


def test_none_five_none_with_one_killed(site: Site) -> None:
    trading = site.namespace("trading-workers")
    until(lambda: not _workers(site), 120, "no worker runs")
    asked = [
        bots.backtest(START, END, f"try-{fast}", **_inline(fast)) for fast in range(2, 2 + TASKS)
    ]
    trading.apply(bots.text(bots.account(), *asked))

    busy = until(lambda: found if len(found := _workers(site)) >= 5 else [], 120, "five workers")
    site.kubectl("-n", SYSTEM, "delete", busy[0], "--grace-period=0", "--force")

    for number in range(2, 2 + TASKS):
        trading.wait(f"backtest/try-{number}", "Complete", 300)
    until(lambda: not _workers(site), 120, "no worker runs any more")


def test_several_strategies_share_a_capital_as_on_the_laptop(site: Site, tmp_path: Path) -> None:
    trading = site.namespace("trading-workers")
    shares = {"btc-trend": "60%", "eth-trend": "30%"}
    declared = [
        bots.account(),
        bots.strategy(state="Stopped"),  # asked about, and in need of no pod
        bots.strategy("eth-trend", symbols=["ETH/USDT"], state="Stopped"),
        bots.backtest(
            START,
            END,
            "together",
            strategyRef=None,
            strategies=[{"strategyRef": {"name": n}, "weight": w} for n, w in shares.items()],
            capital="10000 USDT",
            acceptance=["trades >= 20"],
        ),
    ]
    trading.apply(bots.text(*declared))
    trading.wait("backtest/together", "Accepted", 300)

    laptop = site.backtest(bots.written(tmp_path, *declared))
    asked = trading.get("backtest", "together") or {}
    assert asked["status"]["results"]["orderHash"] == laptop["orderHash"]
    assert asked["status"]["results"]["trades"] == laptop["stats"]["trades"]


def _inline(fast: int) -> dict[str, object]:
    spec = bots.strategy(parameters={"fast": fast})["spec"]
    return {"strategyRef": None, "strategy": {**spec, "accountRef": {"name": "paper"}}}
