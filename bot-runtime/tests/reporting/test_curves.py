import math
from random import Random

import pytest
from answers import DAY, HOUR, START

from tradewinds.reporting import curves
from tradewinds.reporting.curves import Line

RANDOM = Random(11)  # noqa: S311 - the same every time
NOISE = [RANDOM.gauss(0, 1) for _ in range(30_000)]


def test_thinned_curve_keeps_ends_and_extremes() -> None:
    kept = curves.thinned(NOISE)
    values = [NOISE[i] for i in kept]
    assert len(kept) <= 4 * curves.STRETCHES
    assert (kept[0], kept[-1]) == (0, len(NOISE) - 1)
    assert (min(values), max(values)) == (min(NOISE), max(NOISE))
    assert kept == sorted(set(kept))


def test_short_curve_stays_whole() -> None:
    assert curves.thinned([1.0, 2.0, 3.0]) == [0, 1, 2]


def test_drawdown_is_below_the_highest_so_far_and_the_capital() -> None:
    assert curves.drawdowns(100, [90, 120, 60, 120, 150]) == pytest.approx([-0.1, 0, -0.5, 0, 0])


def test_close_at_midnight_ends_the_day_before() -> None:
    equity = [[START + 23 * HOUR, 1.0], [START + DAY, 2.0], [START + DAY + HOUR, 3.0]]
    assert curves.closes_of_days(equity) == ([START + DAY, START + DAY + HOUR], [2.0, 3.0])


def test_rolling_sharpe_is_the_annual_ratio_of_the_days_before() -> None:
    closes = [100.0]
    for i in range(60):
        closes.append(closes[-1] * (1.02 if i % 2 else 0.99))
    days = Line([START + (i + 1) * DAY for i in range(60)], closes[1:])
    found = curves.rolling_sharpe(START, 100.0, days)
    assert found is not None
    line, window = found
    deviation = 0.015 * math.sqrt(30 / 29)
    assert window == 30
    assert (line.times[0], len(line.times)) == (START + 30 * DAY, 31)
    assert line.values[0] == pytest.approx(0.005 / deviation * math.sqrt(365.25))


def test_rolling_sharpe_of_few_or_still_days_is_left_out() -> None:
    still = Line([START + (i + 1) * DAY for i in range(60)], [100.0] * 60)
    assert curves.rolling_sharpe(START, 100.0, still) is None
    few = Line([START + DAY, START + 2 * DAY], [101.0, 102.0])
    assert curves.rolling_sharpe(START, 100.0, few) is None


def test_histogram_counts_all_and_parts_losses_from_gains() -> None:
    found = curves.histogram(NOISE)
    assert found is not None
    edges, counts = found
    zero = edges.index(0.0)
    assert sum(counts) == len(NOISE)
    assert sum(counts[:zero]) == sum(value < 0 for value in NOISE)
    assert edges[0] <= min(NOISE)
    assert edges[-1] >= max(NOISE)
    assert len(counts) <= curves.BINS + 2


@pytest.mark.parametrize("values", [[], [0.1, 0.1]])
def test_histogram_of_nothing_that_varies_is_left_out(values: list[float]) -> None:
    assert curves.histogram(values) is None


def test_exposure_is_the_mean_share_of_equity_in_positions() -> None:
    equity = [[START + (i + 1) * HOUR, 1_000.0] for i in range(4)]
    fills = [
        {"time": START + HOUR, "symbol": "A", "side": "buy", "quantity": 3.0, "price": 100.0},
        {"time": START + HOUR * 3 // 2, "symbol": "A", "side": "sell", "quantity": 1.0,
         "price": 150.0},
        {"time": START + 3 * HOUR, "symbol": "A", "side": "sell", "quantity": 4.0, "price": 200.0},
    ]  # fmt: skip
    found = curves.exposure(fills, equity, START)
    assert found is not None
    assert found.times == [START + i * HOUR for i in range(5)]
    assert found.values == pytest.approx([0.0, 0.3, 0.3, -0.4, -0.4])


def test_exposure_without_fills_is_left_out() -> None:
    assert curves.exposure([], [[START + HOUR, 1_000.0]], START) is None
