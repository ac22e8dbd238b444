"""Bot, gateway and collector as real processes over one store: the paper account of a laptop."""

import signal
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from trading import HOUR, START, UID

from tradewinds.gateway.core.apply import apply
from tradewinds.gateway.core.codec import decode
from tradewinds.gateway.core.state import State
from tradewinds.process.client import RefusedError
from tradewinds_store.open import open_store


def end_of(market: Any) -> int:
    return int(max(rows[-1][0] for rows in market.series.values()) + HOUR)


async def status(asked: Any, stage: Any) -> dict[str, Any]:
    async with asked(stage.gateway_url) as client:
        (one,) = (await client.get("/v1/status"))["strategies"]
    return dict(one)


async def decided_through(asked: Any, stage: Any, time: int, until: Any) -> dict[str, Any]:
    return dict(
        await until(lambda: status(asked, stage), lambda one: (one["decidedThrough"] or 0) >= time)
    )


async def both_killed(
    fraction: float, gateway: Any, trade: Any, stage: Any, market: Any, asked: Any, until: Any
) -> None:
    """Start gateway and bot, and kill them where so much of the market is decided."""
    middle = START + int((end_of(market) - START) * fraction)
    with stage.running(gateway) as first, stage.running(trade) as bot:
        await decided_through(asked, stage, middle, until)
        for process in (first, bot):
            process.send_signal(signal.SIGKILL)
            process.wait()


async def test_paper_bot_has_the_order_hash_of_the_backtest(
    stage: Any, market: Any, asked: Any, until: Any
) -> None:
    trade, collect, gateway = stage.trade(), stage.collect(), stage.gateway()
    with stage.running(gateway), stage.running(collect), stage.running(trade):
        one = await decided_through(asked, stage, end_of(market), until)
    assert one["trades"] > 5
    assert one["orderHash"] == market.backtest(stage.spec)


async def test_paper_bot_killed_half_way_has_the_same_hash(
    stage: Any, market: Any, asked: Any, until: Any
) -> None:
    trade, collect, gateway = stage.trade(), stage.collect(), stage.gateway()
    with stage.running(gateway), stage.running(collect):
        for fraction in (0.25, 0.5, 0.75):
            middle = START + int((end_of(market) - START) * fraction)
            with stage.running(trade) as bot:
                await decided_through(asked, stage, middle, until)
                bot.send_signal(signal.SIGKILL)
                bot.wait()
        with stage.running(trade):
            one = await decided_through(asked, stage, end_of(market), until)
    assert one["epoch"] == 4
    assert one["orderHash"] == market.backtest(stage.spec)


PYTHON = """
from tradewinds import Bar, Strategy, indicators as ta


class Cross(Strategy):
    def on_start(self) -> None:
        self.fast = self.indicator(ta.ema, "close", 5)
        self.slow = self.indicator(ta.ema, "close", 12)
        self.fills = 0

    def on_fill(self, fill) -> None:
        self.fills += 1

    def on_bar(self, bar: Bar) -> None:
        symbol = bar.symbol
        if self.position(symbol).flat and self.fast[symbol] > self.slow[symbol]:
            self.buy(symbol, equity=0.2 + 0.01 * (self.fills % 5), tag="up")
        elif self.position(symbol).long and self.fast[symbol] < self.slow[symbol]:
            self.close(symbol, tag="down")
"""


async def test_python_bot_killed_half_way_has_the_hash_of_its_backtest(
    stage: Any, market: Any, asked: Any, until: Any
) -> None:
    (stage.folder / "cross_of_averages.py").write_text(PYTHON)
    for key in ("rules", "bracket"):
        del stage.spec[key]
    stage.spec["python"] = {"module": "cross_of_averages", "class": "Cross"}
    trade = [*stage.trade(), "--modules", str(stage.folder)]
    collect, gateway = stage.collect(), stage.gateway()
    with stage.running(gateway), stage.running(collect):
        with stage.running(trade) as bot:
            await decided_through(asked, stage, START + 120 * HOUR, until)
            bot.send_signal(signal.SIGKILL)
            bot.wait()
        with stage.running(trade):
            one = await decided_through(asked, stage, end_of(market), until)
    assert one["trades"] > 5
    assert one["orderHash"] == market.backtest(stage.spec, stage.folder)


def mounted(folder: Path, file: str, text: str) -> Path:
    """Lay a ConfigMap out as a kubelet does: names that point into a folder that is swapped."""
    version = folder / "modules" / "..2024_01_01_00_00_00.1"
    version.mkdir(parents=True)
    (version / file).write_text(text)
    (folder / "modules" / "..data").symlink_to(version.name)
    (folder / "modules" / file).symlink_to(f"..data/{file}")
    return folder / "modules"


async def test_python_bot_from_a_config_map_has_the_hash_of_its_backtest(
    stage: Any, market: Any, asked: Any, until: Any
) -> None:
    modules = mounted(stage.folder, "cross_in_a_map.py", PYTHON)
    for key in ("rules", "bracket"):
        del stage.spec[key]
    python = {"module": "cross_in_a_map", "class": "Cross", "configMapRef": {"name": "cross"}}
    stage.spec["python"] = python
    trade = [*stage.trade(), "--modules", str(modules)]
    with stage.running(stage.gateway()), stage.running(stage.collect()), stage.running(trade):
        one = await decided_through(asked, stage, end_of(market), until)
    assert one["trades"] > 5
    assert one["orderHash"] == market.backtest(stage.spec, modules)


async def test_gateway_killed_half_way_under_a_living_bot_has_the_same_hash(
    stage: Any, market: Any, asked: Any, until: Any
) -> None:
    trade, collect, gateway = stage.trade(), stage.collect(), stage.gateway()
    middle = START + (end_of(market) - START) // 2
    with ExitStack() as stack:
        first = stack.enter_context(stage.running(gateway))
        stack.enter_context(stage.running(collect))
        bot = stack.enter_context(stage.running(trade))
        await decided_through(asked, stage, middle, until)
        first.send_signal(signal.SIGKILL)
        first.wait()
        stack.enter_context(stage.running(gateway))
        one = await decided_through(asked, stage, end_of(market), until)
        assert bot.poll() is None
    assert one["epoch"] == 1
    assert one["orderHash"] == market.backtest(stage.spec)


MOVING = {
    "stopLoss": {"by": "4%"},
    "takeProfit": [{"by": "2%", "close": "40%"}, {"by": "2 * atr(5)", "close": "40%"}],
    "trailingStop": {"by": "3 * atr(5)", "activateAt": "1%"},
    "breakEven": {"activateAt": "2%", "offset": "0.2%"},
    "timeStop": {"after": "15 bars"},
}


THIN = {
    "fee": {
        "maker": "0.10%",
        "taker": "0.10%",
        "tiers": [
            {"volume": f"{n}000 USDT", "maker": "0%", "taker": f"0.0{9 - n}%"} for n in (4, 8)
        ],
    },
    "spread": "0.04%",
    "impact": "1%",
    "maxVolumeShare": "70%",
}


async def test_moving_bracket_additions_and_partial_fills_outlive_bot_and_gateway(
    stage: Any, market: Any, asked: Any, until: Any
) -> None:
    adds = [{"when": "close < last_fill_price * 0.985", "size": "120%", "max": 2}]
    long = {**stage.spec["rules"]["long"], "scaleIn": adds}
    stage.spec["rules"] = {**stage.spec["rules"], "long": long}
    stage.spec["bracket"] = MOVING
    stage.costs = THIN
    trade, collect, gateway = stage.trade(), stage.collect(), stage.gateway()
    with ExitStack() as stack:
        stack.enter_context(stage.running(collect))
        for fraction in (0.2, 0.4, 0.6, 0.8):
            await both_killed(fraction, gateway, trade, stage, market, asked, until)
        with stage.running(gateway), stage.running(trade):
            one = await decided_through(asked, stage, end_of(market), until)
    assert one["orderHash"] == market.backtest(stage.spec, costs=THIN)
    async with open_store(f"{stage.folder}/store") as store:
        rows = await store.ledger("a-1").read()
    assert sum(row.body["rest"] > 0 for row in rows if row.kind == "fill") > 9
    kinds = {row.body["kind"] for row in rows if row.kind == "fill"}
    assert {"takeProfit", "breakEven", "timeStop"} <= kinds
    assert any(row.body.get("add") for row in rows if row.kind == "order")


PERPETUAL = {
    "symbols": ["BTC/USDT:USDT", "ETH/USDT:USDT"],
    "sizing": {"equity": "2790%", "maxLeverage": 30},
    "bracket": {"stopLoss": {"by": "9%"}, "takeProfit": [{"by": "3%", "close": "100%"}]},
}
DEAR = {"fundingRates": "Stored", "maintenanceMargin": "1%"}


async def test_leveraged_perpetuals_pay_and_are_liquidated_as_in_the_backtest(
    stage: Any, market: Any, asked: Any, until: Any
) -> None:
    stage.spec |= PERPETUAL
    rules = stage.spec["rules"]
    rules["short"] = {"entry": rules["long"]["exit"], "exit": rules["long"]["entry"]}
    stage.costs = DEAR
    trade, collect, gateway = stage.trade(), stage.collect(), stage.gateway()
    with ExitStack() as stack:
        stack.enter_context(stage.running(collect))
        for fraction in (0.1, 0.3, 0.5):
            await both_killed(fraction, gateway, trade, stage, market, asked, until)
        with stage.running(gateway), stage.running(trade):
            one = await decided_through(asked, stage, end_of(market), until)
    alone = market.run(stage.spec, costs=DEAR)
    assert one["orderHash"] == alone.order_hash
    async with open_store(f"{stage.folder}/store") as store:
        rows = await store.ledger("a-1").read()
    paid = [row.body["paid"] for row in rows if row.kind == "funding"]
    assert len(paid) > 3
    assert sum(paid) == pytest.approx(alone.stats["fundingPaid"])
    assert "liquidation" in {row.body["kind"] for row in rows if row.kind == "fill"}


ROTATING = {
    "rebalance": "everyBar",
    "rank": "roc(close, 24)",
    "eligible": "close > sma(close, 48)",
    "hold": 2,
    "weights": "InverseVolatility",
    "exposure": "90%",
    "minTrade": "3%",
}
GUARDED = {
    "protections": {
        "cooldown": {"pause": "3 bars"},
        "lossStreak": {"losses": 2, "within": "7d", "pause": "18h"},
        "lowProfitSymbol": {"trades": 2, "below": "0%", "pause": "12h"},
    },
    "schedule": {"sessions": [{"from": "06:00", "to": "22:00"}], "outside": "Flatten"},
    "maxOpenPositions": 1,
}


PAIR = {
    "joint": {"legs": [{"symbol": "BTC/USDT", "ratio": 1}, {"symbol": "ETH/USDT", "ratio": 2}]},
    "indicators": {"spread": 'zscore(close / close("ETH/USDT"), 24)'},
    "long": {"entry": "spread > 1", "exit": "spread < -0.5 or bars_in_trade > 20"},
}


@pytest.mark.parametrize("kind", ["portfolio", "guarded", "joint"])
async def test_portfolio_guards_and_legs_outlive_bot_and_gateway(
    stage: Any, market: Any, asked: Any, until: Any, kind: str
) -> None:
    if kind == "portfolio":
        stage.spec |= {"rules": {"portfolio": ROTATING}, "sizing": None}
        stage.spec["bracket"] = {"stopLoss": {"by": "4%"}}
    elif kind == "joint":
        stage.spec |= {"rules": PAIR, "bracket": {"stopLoss": {"by": "1.5%"}}}
    else:
        stage.spec |= GUARDED
        stage.spec["rules"] = {**stage.spec["rules"], "priority": "rsi(close, 14)"}
    trade, collect, gateway = stage.trade(), stage.collect(), stage.gateway()
    with stage.running(collect):
        for fraction in (0.3, 0.6):
            await both_killed(fraction, gateway, trade, stage, market, asked, until)
        with stage.running(gateway), stage.running(trade):
            one = await decided_through(asked, stage, end_of(market), until)
    assert one["orderHash"] == market.backtest(stage.spec)
    assert one["trades"] > 5
    refused = [line for line in stage.log("trade") if line["message"] == "not accepted"]
    assert refused == []


async def test_collector_killed_half_way_has_the_same_hash(
    stage: Any, market: Any, asked: Any, until: Any
) -> None:
    trade, collect, gateway = stage.trade(), stage.collect(), stage.gateway()
    middle = START + (end_of(market) - START) // 2
    with stage.running(gateway), stage.running(trade):
        with stage.running(collect) as first:
            await decided_through(asked, stage, middle, until)
            first.send_signal(signal.SIGKILL)
            first.wait()
        with stage.running(collect):
            one = await decided_through(asked, stage, end_of(market), until)
    assert one["orderHash"] == market.backtest(stage.spec)


async def gateway_cash(stage: Any, decided: int) -> float:
    """Return the cash that the gateway's book had when it accepted an order."""
    state = State()
    async with open_store(f"{stage.folder}/store") as store:
        for row in await store.ledger("a-1").read():
            if row.kind == "order" and row.body["decided"] == decided:
                break
            state = apply(state, decode(row))
    return float(state.strategies[UID].book.cash)


async def test_bot_knows_what_a_symbol_earned_that_an_edit_has_removed(
    stage: Any, market: Any, asked: Any, until: Any
) -> None:
    both, collect, gateway = stage.trade(), stage.collect(), stage.gateway()
    middle = START + (end_of(market) - START) // 2
    with stage.running(gateway), stage.running(collect):
        with stage.running(both) as bot:
            await decided_through(asked, stage, middle, until)
            bot.send_signal(signal.SIGKILL)
            bot.wait()
        before = len(stage.log("trade"))
        stage.generation = 2
        stage.spec["symbols"] = ["ETH/USDT"]
        with stage.running(stage.trade()):
            await decided_through(asked, stage, end_of(market), until)
    said = stage.log("trade")[before:]
    assert any(one.get("symbol") == "BTC/USDT" and one.get("cash") for one in said)
    entries = [one for one in said if one["message"] == "decided" and one["effect"] == "enter"]
    assert entries
    for one in entries:  # flat in what it trades, so its equity is its cash
        assert one["equity"] == await gateway_cash(stage, one["close"])


async def test_batch_with_an_old_epoch_is_refused(
    stage: Any, market: Any, asked: Any, until: Any
) -> None:
    trade, second = stage.trade(), stage.trade("second")
    gateway, collect = stage.gateway(), stage.collect("3600x")
    with stage.running(gateway), stage.running(collect), stage.running(trade) as first:
        await decided_through(asked, stage, START + HOUR, until)
        with stage.running(second):
            await until(lambda: status(asked, stage), lambda one: one["epoch"] == 2)
            assert first.wait(timeout=10) == 3
            async with asked(stage.gateway_url) as client:
                client._token_file = stage.folder / "token"
                batch = {"strategy": UID, "epoch": 1, "decidedThrough": START, "intents": []}
                with pytest.raises(RefusedError) as refused:
                    await client.post("/v1/intents", batch)
    assert (refused.value.status, refused.value.code) == (409, "Fenced")
