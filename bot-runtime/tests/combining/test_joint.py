"""Several strategies on one capital, by hand: shares, the joint curve, its hash, like days."""

from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest

from tradewinds.combining.figures import correlations, exposure, stats
from tradewinds.combining.joint import Ran, aligned, all_times, joint_of, order_hash
from tradewinds.combining.shares import shares
from tradewinds.engine.outcome.curves import summarize
from tradewinds.process.exits import InputError
from tradewinds_crds.metrics import METRICS
from tradewinds_crds.scalars import parse_money

HOUR = 3_600_000
DAY = 24 * HOUR
TRADE = {
    "symbol": "BTC/USDT",
    "side": "long",
    "quantity": 1.0,
    "entryTime": 0,
    "entryPrice": 100.0,
    "exitTime": HOUR,
    "exitPrice": 110.0,
    "profit": 10.0,
    "bars": 1,
    "mae": 0.01,
    "mfe": 0.1,
    "exit": "market",
}
OF_RUN = {"turnover": 2.0, "fees": 1.5, "fundingPaid": 0.0, "liquidations": 0, "buyAndHold": 0.1}


def answer(name: str, capital: float, *equity: tuple[int, float], **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "symbols": ["BTC/USDT"],
        "timeframe": "1h",
        "period": {"from": 0, "to": 4 * HOUR},
        "capital": capital,
        "stats": OF_RUN,
        "trades": [TRADE],
        "equity": [list(point) for point in equity],
        "orderHash": f"hash-of-{name}",
        "provenance": {"key": name},
        **changes,
    }


def own(**amounts: str) -> dict[str, Any]:
    return {name: parse_money(text) for name, text in amounts.items()}


def test_joint_equity_is_the_sum_of_what_was_known_last_and_the_cash() -> None:
    """4 hours: `a` closes each hour, `b` every second one; 10 of 100 were given to nobody.

    Holding instead, `a` doubles in its last hour and `b` stays: (120 + 30 + 10) / 100.
    """
    hourly = answer("a", 60.0, *((n * HOUR, 60.0 + n) for n in range(1, 5)))
    slow = answer("b", 30.0, (2 * HOUR, 33.0), (4 * HOUR, 27.0), timeframe="2h")
    divided = shares(
        own(a="1 USDT", b="1 USDT"), parse_money("100 USDT"), (Decimal("0.6"), Decimal("0.3"))
    )
    joint = joint_of([Ran(hourly, [60.0, 60.0, 60.0, 120.0]), Ran(slow, [30.0, 30.0])], divided)
    assert joint.times == [1 * HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR]
    assert joint.equity == [
        61.0 + 30.0 + 10.0,
        62.0 + 33.0 + 10.0,
        63.0 + 33.0 + 10.0,
        64.0 + 27.0 + 10.0,
    ]
    found = stats([hourly, slow], joint)
    assert found["totalReturn"] == pytest.approx(0.01)
    assert found["maxDrawdown"] == pytest.approx(1 - 101 / 106)
    assert (found["trades"], found["winRate"], found["fees"]) == (2, 1.0, 3.0)
    assert found["turnover"] == pytest.approx(2.0 * 0.6 + 2.0 * 0.3)
    assert found["buyAndHold"] == pytest.approx(0.6)
    assert found["excessReturn"] == pytest.approx(0.01 - 0.6)
    assert found["exposure"] == 0.25  # from 00:00 to the open of 01:00, in both
    assert found["averageBars"] is None  # bars of one and of two hours


def test_whole_has_every_figure_that_a_single_run_has() -> None:
    one = answer("a", 1.0, (HOUR, 1.0))
    divided = shares(own(a="1 USDT"), None, None)
    found = stats([one], joint_of([Ran(one, [1.0])], divided))
    assert set(found) == {name for name, metric in METRICS.items() if metric.group != "trials"}


def test_legs_of_a_position_are_one_trade_and_of_another_strategy_another() -> None:
    """Each of two pairs wins 30 with one leg and loses 12 with the other."""
    leg: dict[str, Any] = {
        "quantity": 3.0,
        "entryPrice": 100.0,
        "entryTime": 0,
        "exitTime": HOUR,
        "bars": 1,
    }
    leg |= {"mae": 0.0, "mfe": 0.0, "exit": "market", "joint": 1}
    legs = [{**leg, "profit": 30.0}, {**leg, "profit": -12.0}]
    pairs = [answer(name, 1_000.0, (HOUR, 1_018.0), trades=legs) for name in ("a", "b")]
    divided = shares(own(a="1000 USDT", b="1000 USDT"), None, None)
    found = stats(pairs, joint_of([Ran(one, [1_000.0]) for one in pairs], divided))
    assert (found["trades"], found["winRate"], found["expectancy"]) == (2, 1.0, 18.0)
    assert found["averageTrade"] == pytest.approx(18 / 600)


def test_exposure_counts_a_time_once_however_many_hold_then() -> None:
    """Ten hours: held behind 1 up to 4 and behind 2 up to 3, and from 8 to the end."""
    spans = [(1, 4), (2, 3), (8, None)]
    trades = [{"entryTime": entered, "exitTime": left} for entered, left in spans]
    assert exposure(trades, range(1, 11)) == 0.5  # 2, 3, 4, 9, 10


def test_curve_that_has_not_begun_stands_at_its_capital() -> None:
    own = [[1, 3], [2]]
    assert all_times(own) == [1, 2, 3]
    laid = aligned([1, 2, 3], own, [[6.0, 9.0], [8.0]], [5.0, 7.0])
    assert laid == [[6.0, 6.0, 9.0], [7.0, 8.0, 8.0]]


def test_hash_is_of_a_line_a_strategy_whatever_their_order() -> None:
    divided = shares(own(a="1 USDT", b="1 USDT"), parse_money("10 USDT"), None)
    pair = [answer("a", 5.0), answer("b", 5.0)]
    by_hand = sha256(b"J|a|5 USDT|hash-of-a\nJ|b|5 USDT|hash-of-b\n").hexdigest()
    assert order_hash(pair, divided) == order_hash(pair[::-1], divided) == by_hand


def test_correlation_of_days_by_hand() -> None:
    """Days of +10%, -10%, +10% and their opposite; a curve that rests has none."""

    def days(*values: float) -> Any:
        return summarize(100.0, 0, [DAY * n for n in range(1, len(values) + 1)], values)

    up, down = days(110.0, 99.0, 108.9), days(90.0, 99.0, 89.1)
    found = correlations([up, down, days(100.0, 100.0, 100.0)])
    assert found[0][:2] == [pytest.approx(1.0), pytest.approx(-1.0)]
    assert found[2] == [None, None, None]


def test_without_weights_all_get_the_same_of_what_they_have_together() -> None:
    divided = shares(own(a="100 USDT", b="200 USDT", c="700 USDT"), None, None)
    assert str(divided.capital.amount) == "1000"
    assert [f"{part.amount}" for part in divided.parts] == ["333.33333333"] * 3
    assert divided.cash == Decimal("0.00000001")


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        (("0.6",), "--weights had 1 for 2 strategies (a, b); expected one for each"),
        (("0.6", "0.5"), "--weights came to 110%, expected each above 0%"),
        (("1", "0"), "--weights came to 100%, expected each above 0%"),
    ],
)
def test_weights_that_cannot_be_are_refused(weights: tuple[str, ...], says: str) -> None:
    with pytest.raises(InputError) as refused:
        shares(own(a="1 USDT", b="1 USDT"), None, [Decimal(one) for one in weights])
    assert says in str(refused.value)


@pytest.mark.parametrize("capital", ["0 USDT", "0.00000001 USDT"])
def test_share_of_nothing_is_refused(capital: str) -> None:
    with pytest.raises(InputError, match=f"the share of a was 0 of {capital}, expected 0.00000001"):
        shares(own(a="1 USDT", b="1 USDT"), parse_money(capital), None)


def test_money_of_two_currencies_is_refused() -> None:
    with pytest.raises(InputError, match="a in USDT, b in EUR; expected one currency for all"):
        shares(own(a="1 USDT", b="1 EUR"), None, None)
