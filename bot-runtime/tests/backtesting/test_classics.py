"""The classics of `manifests/samples/classics` trade as they say.

They run on stored spot prices, which stand in for perpetuals, and on generated days of six markets.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tradewinds.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]
CLASSICS = ROOT / "manifests/samples/classics"
DAY = 86_400_000
START = 1_609_459_200_000  # 2021-01-01, a Friday
MONDAY = 3 * DAY
COINS = ("BTC", "ETH", "SOL", "XRP", "ADA", "DOGE")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("classics")
    for base in COINS[:2]:
        hours = ROOT / "data" / f"binance_{base}-USDT_1h_2024.csv.gz"
        stored(path, hours, f"{base}/USDT", "1h")
        stored(path, hours, f"{base}/USDT:USDT", "1h")
    for seed, base in enumerate(COINS):
        days = path / f"{base}.csv"
        days.write_text(generated(seed))
        stored(path, days, f"{base}/USDT", "1d")
    return path


def stored(path: Path, file: Path, symbol: str, timeframe: str) -> None:
    rules = ("--tick", "0.01", "--lot", "0.0001", "--min-notional", "5", "--replace")
    series = ("--exchange", "binance", "--symbol", symbol, "--timeframe", timeframe)
    assert main(["data", "import", str(file), *series, *rules, "--store", str(path)]) == 0


def generated(seed: int, days: int = 1100) -> str:
    """Return daily bars of a walk with long swings, each market at a time of its own."""
    chance = Random(seed)  # noqa: S311  # a market, no secret
    price, lines = 100.0, ["open_time,open,high,low,close,volume"]
    for day in range(days):
        swing = 0.008 * math.sin(2 * math.pi * (day / 260 + seed / 6))
        close = price * math.exp(swing + chance.gauss(0.0005, 0.01 + 0.004 * seed))
        row = (price, max(price, close) * 1.004, min(price, close) * 0.996, close, 1000.0)
        lines.append(",".join([str(START + day * DAY), *(f"{figure:.2f}" for figure in row)]))
        price = float(f"{close:.2f}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def ran(tradewinds: Callable[..., Any]) -> Callable[[str], dict[str, Any]]:
    def run(name: str) -> dict[str, Any]:
        told = tradewinds("backtest", CLASSICS / f"{name}.yaml", "--json")
        assert told.code == 0, told.err
        answer: dict[str, Any] = json.loads(told.out)
        assert answer["missing"] == 0
        return answer

    return run


def kinds(answer: dict[str, Any]) -> Counter[str]:
    return Counter(fill["kind"] for fill in answer["fills"])


def test_ema_cross_leaves_by_its_rule_its_stop_and_its_target(ran: Any) -> None:
    answer = ran("ema-cross")
    assert answer["stats"]["trades"] > 50
    assert {"market", "stopLoss", "takeProfit"} == set(kinds(answer))
    assert {order["reason"] for order in answer["orders"]} == {
        "crosses_above(fast_ema, slow_ema) and close > trend",
        "crosses_below(fast_ema, slow_ema)",
    }


def test_rsi_reversion_enters_by_limit_adds_and_grows_old(ran: Any) -> None:
    answer = ran("rsi-reversion")
    entered = [fill for fill in answer["fills"] if fill["effect"] == "enter"]
    assert {fill["kind"] for fill in entered} == {"limit", "market"}
    assert kinds(answer)["timeStop"] > 0
    firsts = [fill["quantity"] * fill["price"] for fill in entered if fill["kind"] == "limit"]
    assert firsts == pytest.approx([500.0] * len(firsts), rel=0.02)
    added = [order for order in answer["orders"] if "last_fill_price" in order["reason"]]
    assert added
    for order in added:
        before = [fill for fill in entered if fill["time"] < order["time"]]
        last = [fill["lots"] for fill in before if fill["symbol"] == order["symbol"]][-1]
        assert order["lots"] == pytest.approx(1.5 * last, abs=1)


def test_donchian_breaks_out_on_both_sides_one_position_at_a_time(ran: Any) -> None:
    answer = ran("donchian")
    assert answer["stats"]["trades"] > 100
    assert {"market", "stopLoss", "trailingStop"} <= set(kinds(answer))
    entered = [fill for fill in answer["fills"] if fill["effect"] == "enter"]
    assert {fill["side"] for fill in entered} == {"buy", "sell"}
    effects = [fill["effect"] for fill in answer["fills"]]
    assert (set(effects[::2]), set(effects[1::2])) == ({"enter"}, {"exit"})
    worth = [fill["quantity"] * fill["price"] / answer["capital"] for fill in entered]
    assert max(worth) > 1.2  # more than without leverage


def test_weekly_rotation_chooses_on_mondays_and_holds_three(ran: Any) -> None:
    answer = ran("weekly-rotation")
    assert answer["stats"]["trades"] > 10
    weekdays = {(order["time"] - DAY - START - MONDAY) % (7 * DAY) for order in answer["orders"]}
    assert weekdays == {0, DAY}  # Monday's bar sells, and Tuesday's buys what that paid for
    held: Counter[str] = Counter()
    most = 0
    for fill in answer["fills"]:
        held[fill["symbol"]] += fill["lots"] * (1 if fill["side"] == "buy" else -1)
        most = max(most, sum(lots > 0 for lots in held.values()))
    assert most == 3


def test_pairs_are_opened_and_closed_in_twos_of_equal_worth(ran: Any) -> None:
    answer = ran("pairs")
    assert answer["stats"]["trades"] > 50
    at_once: dict[int, list[dict[str, Any]]] = {}
    for fill in answer["fills"]:
        at_once.setdefault(fill["time"], []).append(fill)
    for one, other in at_once.values():
        assert {one["side"], other["side"]} == {"buy", "sell"}
        assert one["effect"] == other["effect"]
        if one["effect"] == "enter":
            worth = other["quantity"] * other["price"]
            assert one["quantity"] * one["price"] == pytest.approx(worth, rel=0.02)


BUILTIN = """\
apiVersion: tradewinds.dev/v1alpha1
kind: Strategy
metadata: {{name: built-in}}
spec:
  accountRef: {{name: paper}}
  symbols: {symbols}
  timeframe: {timeframe}
  capital: 10000 USDT
  builtin: {{name: {name}}}
"""


@pytest.mark.parametrize(
    ("name", "symbols", "timeframe", "more"),
    [
        ("momentum-rotation", [f"{base}/USDT" for base in COINS], "1d", ""),
        ("pairs", ["ETH/USDT:USDT", "BTC/USDT:USDT"], "1h", "  sizing: {equity: 80%}\n"),
    ],
)
def test_strategy_of_the_library_trades_all_its_symbols(
    tradewinds: Callable[..., Any],
    write: Callable[..., Path],
    name: str,
    symbols: list[str],
    timeframe: str,
    more: str,
) -> None:
    text = BUILTIN.format(name=name, symbols=json.dumps(symbols), timeframe=timeframe)
    told = tradewinds("backtest", write(text + more), "--exchange", "binance", "--json")
    assert told.code == 0, told.err
    answer = json.loads(told.out)
    assert answer["stats"]["trades"] > 15
    assert set(answer["bySymbol"]) == set(symbols)
    assert {order["symbol"] for order in answer["orders"]} == set(symbols)


def test_every_classic_is_accepted_and_has_its_lines_in_the_manual(
    tradewinds: Callable[..., Any],
) -> None:
    page = (ROOT / "docs/classics.md").read_text()
    for path in sorted(CLASSICS.glob("*.yaml")):
        assert tradewinds("validate", path).code == 0
        assert path.stem == "account" or f"classics/{path.name}" in page
