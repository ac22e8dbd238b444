"""A bot as a real process: it trades as the backtest does, whatever happens to it."""

import signal
from base64 import b64decode, b64encode
from typing import Any

import pytest

HOUR = 3_600_000
START = 1_704_067_200_000  # 2024-01-01
GUARDED: dict[str, Any] = {
    "protections": {
        "cooldown": {"pause": "3 bars"},
        "lossStreak": {"losses": 2, "within": "7d", "pause": "1d"},
        "drawdownLock": {"drawdown": "3%", "within": "5d", "pause": "2d"},
        "lowProfitSymbol": {"trades": 3, "below": "0%", "pause": "12h"},
    },
    "schedule": {"sessions": [{"from": "06:00", "to": "20:00"}], "outside": "Flatten"},
    "maxOpenPositions": 1,
}


def end_of(market: Any) -> int:
    return int(max(rows[-1][0] for rows in market.series.values()) + HOUR)


def waits_for_gateway(stage: Any) -> bool:
    lines = [one for one in stage.log("trade") if one["message"] == "waiting"]
    return any(one["what"] == "the gateway" for one in lines)


async def test_replayed_bot_has_the_order_hash_of_the_backtest(
    stage: Any, gateway: Any, market: Any, eventually: Any
) -> None:
    with stage.running(stage.collect()), stage.running(stage.trade()):
        await eventually(lambda: gateway.decided == end_of(market))
    assert len([one for one in gateway.events if one["kind"] == "fill"]) > 10
    assert gateway.order_hash() == market.backtest(stage.spec)


async def test_bot_killed_half_way_ends_with_the_same_hash(
    stage: Any, gateway: Any, market: Any, eventually: Any
) -> None:
    with stage.running(stage.collect()):
        for fraction in (0.3, 0.6):
            middle = START + int((end_of(market) - START) * fraction)
            with stage.running(stage.trade()) as bot:
                await eventually(lambda middle=middle: (gateway.decided or 0) >= middle)
                bot.send_signal(signal.SIGKILL)
                bot.wait()
        with stage.running(stage.trade()):
            await eventually(lambda: gateway.decided == end_of(market))
    assert gateway.epoch == 3
    assert gateway.order_hash() == market.backtest(stage.spec)


async def test_every_close_is_posted_once_and_in_order(
    stage: Any, gateway: Any, market: Any, eventually: Any
) -> None:
    with stage.running(stage.collect()), stage.running(stage.trade()):
        await eventually(lambda: gateway.decided == end_of(market))
    times = [one["decidedThrough"] for one in gateway.batches]
    opens = {row[0] for rows in market.series.values() for row in rows}
    assert times == sorted(opened + HOUR for opened in opens if opened >= START)
    assert len({one["barsHash"] for one in gateway.batches}) == len(times)


@pytest.mark.parametrize("market", [800], indirect=True)
async def test_bot_goes_on_from_its_snapshot(
    stage: Any, gateway: Any, market: Any, eventually: Any
) -> None:
    with stage.running(stage.collect()):
        with stage.running(stage.trade()) as bot:
            await eventually(lambda: gateway.snapshot is not None)
            bot.kill()
            bot.wait()
        with stage.running(stage.trade()):
            await eventually(lambda: gateway.decided == end_of(market))
    assert [one["snapshot"] for one in stage.log("trade") if one["message"] == "session"] == [
        None,
        gateway.batches[[bool(one.get("snapshot")) for one in gateway.batches].index(True)][
            "decidedThrough"
        ],
    ]
    assert gateway.order_hash() == market.backtest(stage.spec)


@pytest.mark.parametrize("market", [800], indirect=True)
async def test_guarded_bot_goes_on_within_its_pauses_and_says_what_it_held_back(
    stage: Any, gateway: Any, market: Any, eventually: Any
) -> None:
    free = market.backtest(stage.spec)
    stage.spec |= GUARDED
    with stage.running(stage.collect()):
        with stage.running(stage.trade()) as bot:
            await eventually(lambda: gateway.snapshot is not None)
            bot.kill()
            bot.wait()
        with stage.running(stage.trade()):
            await eventually(lambda: gateway.decided == end_of(market))
    assert [
        one["snapshot"] is None for one in stage.log("trade") if one["message"] == "session"
    ] == [True, False]
    assert gateway.order_hash() == market.backtest(stage.spec) != free
    held = {one["because"] for one in stage.log("trade") if one["message"] == "entry held back"}
    assert {one.split(",")[0] for one in held} >= {"schedule", "lossStreak"}, held


@pytest.mark.parametrize("market", [800], indirect=True)
async def test_damaged_snapshot_is_not_gone_on_from(
    stage: Any, gateway: Any, market: Any, eventually: Any
) -> None:
    with stage.running(stage.collect()):
        with stage.running(stage.trade()) as bot:
            await eventually(lambda: gateway.snapshot is not None)
            bot.kill()
            bot.wait()
        state = bytearray(b64decode(gateway.snapshot["state"]))
        state[-1] ^= 1
        gateway.snapshot["state"] = b64encode(state).decode()
        with stage.running(stage.trade()):
            await eventually(lambda: gateway.decided == end_of(market))
    (told,) = (one for one in stage.log("trade") if one["message"] == "folding from the anchor")
    assert "its content is not what the bot had posted" in told["was"]
    assert gateway.order_hash() == market.backtest(stage.spec)


async def test_second_bot_supersedes_the_first_which_ends_with_3(
    stage: Any, gateway: Any, market: Any, eventually: Any
) -> None:
    with stage.running(stage.collect()), stage.running(stage.trade()) as first:
        await eventually(lambda: len(gateway.batches) > 5)
        with stage.running(stage.trade("second")):
            await eventually(lambda: first.poll() is not None)
            assert first.returncode == 3
            await eventually(lambda: gateway.decided == end_of(market))
    assert gateway.order_hash() == market.backtest(stage.spec)
    ended = [one for one in stage.log("trade") if "exitCode" in one]
    assert [one["exitCode"] for one in ended] == [3]
    assert "superseded" in ended[0]["message"]


async def test_gateway_that_is_away_is_waited_for(
    stage: Any, gateway: Any, market: Any, eventually: Any
) -> None:
    with stage.running(stage.collect()), stage.running(stage.trade()) as bot:
        await eventually(lambda: len(gateway.batches) > 5)
        gateway.away = True
        gateway.wakeup.notify()
        await eventually(lambda: waits_for_gateway(stage))
        gateway.away = False
        await eventually(lambda: gateway.decided == end_of(market))
        assert bot.poll() is None
    assert gateway.order_hash() == market.backtest(stage.spec)


async def test_watermark_that_a_gateway_forgot_is_repeated(
    stage: Any, gateway: Any, market: Any, eventually: Any
) -> None:
    gateway.hold_at = START + 50 * HOUR
    with stage.running(stage.collect()), stage.running(stage.trade()):
        await eventually(lambda: gateway.decided == START + 49 * HOUR)
        gateway.away = True
        gateway.decided = START + 48 * HOUR  # what a restarted gateway may know
        gateway.wakeup.notify()
        await eventually(lambda: waits_for_gateway(stage))
        gateway.away, gateway.hold_at = False, None
        gateway.wakeup.notify()
        await eventually(lambda: gateway.decided == end_of(market))
    assert gateway.order_hash() == market.backtest(stage.spec)


async def test_denied_orders_leave_the_bot_flat(
    stage: Any, gateway: Any, market: Any, eventually: Any
) -> None:
    gateway.deny = True
    with stage.running(stage.collect()), stage.running(stage.trade()):
        await eventually(lambda: gateway.decided == end_of(market))
    posted = [intent for one in gateway.batches for intent in one["intents"]]
    assert posted
    assert {intent["effect"] for intent in posted} == {"enter"}
    refused = [one for one in stage.log("trade") if one["message"] == "not accepted"]
    assert len(refused) == len(posted)
    assert (refused[0]["code"], refused[0]["because"]) == ("Halted", "halted by desk")


async def test_decision_is_logged_with_its_inputs(
    stage: Any, gateway: Any, market: Any, eventually: Any
) -> None:
    with stage.running(stage.collect()), stage.running(stage.trade()):
        await eventually(lambda: gateway.decided == end_of(market))
    decided = [one for one in stage.log("trade") if one["message"] == "decided"]
    orders = [one for one in gateway.events if one["kind"] == "order"]
    assert len(decided) == len(orders)
    assert decided[0]["because"] == "crosses_above(fast_ema, slow_ema)"
    assert {"close", "symbol", "side", "lots", "price", "equity", "position"} <= set(decided[0])
    assert "sesame" not in (stage.folder / "trade.log").read_text()


async def test_live_bot_is_ready_and_counts(
    stage: Any, gateway: Any, market: Any, eventually: Any, asked: Any
) -> None:
    with stage.running(stage.collect()), stage.running(stage.trade()):
        await eventually(lambda: gateway.decided == end_of(market))
        async with asked(f"unix:{stage.folder}/bot.sock") as client:
            assert (await client.get("/readyz"))["ready"] is True
            async with client._session.get("http://localhost/metrics") as answer:
                text = await answer.text()
    (session,) = [one for one in stage.log("trade") if one["message"] == "session"]
    warmup = (session["start"] - session["anchor"]) // HOUR
    assert f"tradewinds_trade_bars_total {float(len(gateway.batches) + warmup)}" in text
    assert 'tradewinds_trade_decisions_total{outcome="Accepted"}' in text


async def test_bot_that_is_there_first_waits_and_says_for_whom(
    stage: Any, asked: Any, until: Any
) -> None:
    words = stage.trade()
    words[words.index("--bars") + 1] = "http://feed-bars.nowhere.invalid:8080"
    with stage.running(words) as bot:
        async with asked(f"unix:{stage.folder}/bot.sock") as client:
            await client.get("/healthz")

            async def reason() -> str:
                async with client._session.get("http://localhost/readyz") as answer:
                    return str((await answer.json())["reason"])

            said = await until(reason, lambda text: "feed-bars" in text)
        assert said.startswith("waiting for the collector: http://feed-bars.nowhere.invalid:8080")
        assert bot.poll() is None
    waits = [line for line in stage.log("trade") if line["message"] == "waiting"]
    assert [line["what"] for line in waits] == ["the collector"]


async def test_sigterm_ends_a_waiting_bot_with_0(
    stage: Any, gateway: Any, market: Any, eventually: Any
) -> None:
    with stage.running(stage.collect()), stage.running(stage.trade()) as bot:
        await eventually(lambda: gateway.decided == end_of(market))
        bot.terminate()
        assert bot.wait(timeout=10) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rules", {"long": {"entry": "crossover(close, 1)", "exit": "close > 1"}}),
        ("timeframe", "7m"),
        ("risk", {"maxDailyLoss": "2%"}),
        ("capital", "much"),
    ],
)
async def test_spec_that_cannot_be_traded_ends_with_2_and_names_it(
    stage: Any, gateway: Any, eventually: Any, field: str, value: Any
) -> None:
    stage.spec[field] = value
    with stage.running(stage.trade()) as bot:
        await eventually(lambda: bot.poll() is not None)
    assert bot.returncode == 2
    (line,) = stage.log("trade")
    assert "btc-trend" in line["message"]
    assert "traceback" not in line
