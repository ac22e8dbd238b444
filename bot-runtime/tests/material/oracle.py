"""An interpreter of checked rules: naive, over whole histories, with none of the compiler's code.

Conditions are three-valued (true, false, unknown), as in SQL: a comparison with NaN is unknown,
its negation too, and what is unknown at the end is false. That says the same as pushing `not` down
to the comparisons, from another side. Indicators run from the first bar on for every evaluation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tradewinds.engine import records as r
from tradewinds.engine.indicators import STEPS
from tradewinds.engine.portfolio.layout import RANK
from tradewinds_crds.rules import CheckedExpression, CheckedProtection, CheckedRules, check_bracket
from tradewinds_crds.rules import expressions as e
from tradewinds_crds.rules.catalog import CATALOG
from tradewinds_crds.rules.constants import evaluate
from tradewinds_crds.scalars import timeframe_ms

if TYPE_CHECKING:
    from collections.abc import Sequence

Value = float | bool | None
POSITION = {
    "position": r.LOTS,
    "average_price": r.AVERAGE_PRICE,
    "last_fill_price": r.LAST_FILL_PRICE,
    "bars_in_trade": r.BARS_IN_TRADE,
}
FIELDS = {"open": r.OPEN, "high": r.HIGH, "low": r.LOW, "close": r.CLOSE, "volume": r.VOLUME}
MODES = {
    "fraction": r.BY_FRACTION,
    "distance": r.BY_DISTANCE,
    "price": r.AT_PRICE,
    "multiple": r.BY_R,
}


@dataclass
class Bars:
    """The bars of one symbol in one timeframe, and its position when each of them was decided.

    `others` are the bars of all symbols at those times.
    """

    closes: list[int] = field(default_factory=list)
    opens: list[float] = field(default_factory=list)
    rows: list[list[float]] = field(default_factory=list)
    others: list[list[list[float]]] = field(default_factory=list)
    positions: list[list[float]] = field(default_factory=list)


class Oracle:
    """Says what rules want, bar set by bar set."""

    def __init__(
        self, rules: CheckedRules, bracket: dict[str, object] | None, symbols_count: int
    ) -> None:
        self.rules = rules
        self.named = dict(rules.indicators)
        self.bracket = check_bracket(bracket, rules)
        self.symbols = [Bars() for _ in range(symbols_count)]
        self.reasons: list[str] = []
        for rule in (
            rules.long and rules.long.exit,
            rules.short and rules.short.exit,
            rules.long and rules.long.entry,
            rules.short and rules.short.entry,
            self.rules.portfolio and self.rules.portfolio.rank,
            *(add.when for side in (rules.long, rules.short) if side for add in side.scale_in),
        ):
            text = " ".join(rule.text.split()) if rule else ""
            if rule and text not in self.reasons:
                self.reasons.append(text)

    def decide(self, time: int, bars: list[float], blocks: list[list[float]]) -> list[list[float]]:
        """Return the intentions at one close; `blocks` is block 0 of each symbol."""
        wanted: list[list[float]] = []
        legs = [self.rules.symbols.index(leg.symbol) for leg in self.rules.joint]
        if any(math.isnan(bars[leg * r.BAR_SIZE + r.CLOSE]) for leg in legs):
            return wanted
        for symbol, history in enumerate(self.symbols):
            if legs and symbol != legs[0]:
                continue
            bar = bars[symbol * r.BAR_SIZE : (symbol + 1) * r.BAR_SIZE]
            if math.isnan(bar[r.CLOSE]):
                continue
            history.closes.append(time)
            history.opens.append(float(time - timeframe_ms(self.rules.timeframe)))
            history.rows.append(bar)
            history.others.append(
                [bars[k : k + r.BAR_SIZE] for k in range(0, len(bars), r.BAR_SIZE)]
            )
            history.positions.append(list(blocks[symbol]))
            row = self._row(symbol, history)
            if row is not None:
                wanted.append(row)
        return wanted

    def _row(self, symbol: int, bars: Bars) -> list[float] | None:
        block = bars.positions[-1]
        if self.rules.portfolio is not None:
            return self._ranked(symbol, bars)
        if block[r.LOTS] != 0.0:
            return self._holding(symbol, block, bars)
        if block[r.ENTRY_SIDE] != 0.0 or block[r.EXIT_LOTS] != 0.0:
            return None
        rise = self.rules.long is not None and self._true(self.rules.long.entry, bars)
        fall = self.rules.short is not None and self._true(self.rules.short.entry, bars)
        if rise == fall:
            return None
        return self._entry(symbol, r.BUY if rise else r.SELL, bars)

    def _holding(self, symbol: int, block: list[float], bars: Bars) -> list[float] | None:
        way = r.BUY if block[r.LOTS] > 0.0 else r.SELL
        side = self.rules.long if way == r.BUY else self.rules.short
        if block[r.EXIT_LOTS] != 0.0 or side is None:
            return None
        if self._true(side.exit, bars):
            return self._plain(symbol, r.EXIT, -way, side.exit)
        for number, add in enumerate(side.scale_in):
            free = block[r.ENTRY_SIDE] == 0.0 and block[r.ADDED + number] < add.most
            if free and self._true(add.when, bars):
                row = self._plain(symbol, r.ENTER, way, add.when)
                row[r.INTENT_SIZE_MODE], row[r.INTENT_SIZE] = r.SIZE_LAST, add.share
                row[r.INTENT_ADD] = number + 1
                return row if self._carry(row, bars) else None
        return None

    def _entry(self, symbol: int, way: int, bars: Bars) -> list[float] | None:
        side = self.rules.long if way == r.BUY else self.rules.short
        assert side is not None
        row = self._plain(symbol, r.ENTER, way, side.entry)
        row[r.INTENT_ADD] = 0
        if side.order is not None:
            kinds = {"limit": r.LIMIT, "stop": r.STOP, "stopLimit": r.STOP_LIMIT}
            row[r.INTENT_KIND] = kinds[side.order.kind]
            row[r.INTENT_PRICE] = self._last(side.order.price, bars)
            row[r.INTENT_VALID_BARS] = side.order.valid_bars
            if not _usable(row[r.INTENT_PRICE]):
                return None
            if side.order.trigger is not None:
                row[r.INTENT_TRIGGER] = self._last(side.order.trigger, bars)
                if not _usable(row[r.INTENT_TRIGGER]):
                    return None
        if self.rules.priority is not None:
            row[r.INTENT_PRIORITY] = self._last(self.rules.priority, bars)
        return row if self._carry(row, bars) else None

    def _ranked(self, symbol: int, bars: Bars) -> list[float]:
        portfolio = self.rules.portfolio
        assert portfolio is not None
        assert portfolio.rank is not None
        row = self._plain(symbol, RANK, r.BUY, portfolio.rank)
        row[r.INTENT_ADD] = 0
        fits = portfolio.eligible is None or self._true(portfolio.eligible, bars)
        if self._carry(row, bars) and fits:
            row[r.INTENT_PRIORITY] = self._last(portfolio.rank, bars)
        return row

    def _plain(
        self, symbol: int, action: int, way: int, rule: CheckedExpression | None
    ) -> list[float]:
        row = [math.nan] * r.INTENT_SIZE_OF
        head = [symbol, action, way, r.MARKET, math.nan, 0, r.SIZE_PLAN, math.nan]
        none = [r.NO_PROTECTION, math.nan, r.NO_PROTECTION, math.nan]
        row[: r.INTENT_ADD] = [*head, *none, self._tag(rule), math.nan]
        return row

    def _carry(self, row: list[float], bars: Bars) -> bool:
        """Put the bracket into an entry; False where a part of it is no price or distance."""
        bracket, at = self.bracket, r.INTENT_PARTS
        steps = list(zip(bracket.take_profit, bracket.shares, strict=True))
        one = len(steps) == 1 and steps[0][1] == 1.0
        pairs = {r.INTENT_STOP_MODE: bracket.stop_loss}
        pairs[r.INTENT_TARGET_MODE] = steps[0][0] if one else None
        row[at] = 0
        if not (one or not steps) or bracket.trailing_stop or bracket.break_even or bracket.age:
            row[at] = 1
            pairs[at + r.PART_TRAIL_MODE] = bracket.trailing_stop
            pairs[at + r.PART_FROM_MODE] = bracket.activate_at
            pairs[at + r.PART_EVEN_MODE] = bracket.break_even
            row[at + r.PART_EVEN_OFFSET], row[at + r.PART_AGE] = bracket.offset, bracket.age
            row[at + r.PART_STEPS] = 0 if one else len(steps)
            for place, (step, share) in enumerate([] if one else steps):
                here = at + r.PART_STEP + place * r.PART_STEP_SIZE_OF
                pairs[here] = step
                row[here + r.PART_STEP_SHARE] = share
        sound = True
        for place, guard in pairs.items():
            row[place], row[place + 1] = self._guard(guard, bars)
            if guard is None and place > at:
                row[place + 1] = 0
            sound = sound and (guard is None or _usable(row[place + 1]))
        return sound

    def _guard(self, guard: CheckedProtection | None, bars: Bars) -> tuple[int, float]:
        if guard is None:
            return r.NO_PROTECTION, math.nan
        value = guard.value
        if isinstance(value, CheckedExpression):
            return MODES[guard.mode], self._last(value, bars)
        return MODES[guard.mode], value

    def _tag(self, rule: CheckedExpression | None) -> int:
        assert rule is not None
        return self.reasons.index(" ".join(rule.text.split()))

    def _true(self, rule: CheckedExpression | None, bars: Bars) -> bool:
        return rule is not None and self.values(rule.expression, bars)[-1] is True

    def _last(self, rule: CheckedExpression, bars: Bars) -> float:
        value = self.values(rule.expression, bars)[-1]
        assert isinstance(value, float)
        return value

    def values(self, x: e.Expression, bars: Bars) -> list[Value]:
        """Return an expression's value at every bar."""
        every = range(len(bars.rows))
        match x:
            case e.Number() | e.Parameter():
                return [evaluate(x, self.rules.parameters) for _ in every]
            case e.Field(name=name, symbol=None):
                return [row[FIELDS[name]] for row in bars.rows]
            case e.Field(name=name, symbol=str(symbol)):
                whose = self.rules.symbols.index(symbol)
                return [rows[whose][FIELDS[name]] for rows in bars.others]
            case e.PositionValue(name=name):
                return [block[POSITION[name]] for block in bars.positions]
            case e.Reference():
                return self.values(self._meant(x), bars)
            case e.IndicatorCall(timeframe=None):
                return self._indicator(x, bars)
            case e.IndicatorCall(timeframe=str(timeframe)):
                return self._held(x, timeframe, bars)
            case e.History(of=of, bars=ago):
                if self._constant(of):
                    return self.values(of, bars)
                back = int(evaluate(ago, self.rules.parameters))
                values = self.values(of, bars)
                none = None if values and not isinstance(values[0], float) else math.nan
                return [values[at - back] if at >= back else none for at in every]
            case e.Negative(of=of):
                return [-value for value in self._numbers(of, bars)]
            case e.Arithmetic(operator=operator, left=left, right=right):
                pairs = zip(self._numbers(left, bars), self._numbers(right, bars), strict=True)
                return [_arithmetic(operator, a, b) for a, b in pairs]
            case e.Function(name=name, arguments=arguments):
                columns = [self._numbers(each, bars) for each in arguments]
                return [_function(name, [column[at] for column in columns]) for at in every]
            case e.Choice(condition=condition, then=then, otherwise=otherwise):
                test = self.values(condition, bars)
                first, second = self.values(then, bars), self.values(otherwise, bars)
                return [first[at] if test[at] is True else second[at] for at in every]
            case e.BarsSince(condition=condition):
                return _bars_since(self.values(condition, bars))
            case e.Compare(operator=operator, left=left, right=right):
                pairs = zip(self._numbers(left, bars), self._numbers(right, bars), strict=True)
                return [_compare(operator, a, b) for a, b in pairs]
            case e.Logic(operator=operator, terms=terms):
                rows = [self.values(term, bars) for term in terms]
                return [_logic(operator, [row[at] for row in rows]) for at in every]
            case e.Not(of=of):
                return [_not(value) for value in self.values(of, bars)]
            case e.Cross(direction=direction, left=left, right=right):
                return self._cross(direction, left, right, bars)
            case _:
                raise TypeError(type(x).__name__)

    def _numbers(self, x: e.Expression, bars: Bars) -> list[float]:
        values = self.values(x, bars)
        assert all(isinstance(value, float) for value in values)
        return values  # type: ignore[return-value]  # as asserted

    def _meant(self, reference: e.Reference) -> e.Expression:
        meant = self.named[reference.name].expression
        if reference.output is None:
            return meant
        if isinstance(meant, e.Reference):
            return self._meant(e.Reference(meant.name, reference.output))
        assert isinstance(meant, e.IndicatorCall)
        return e.IndicatorCall(
            meant.name, meant.series, meant.parameters, meant.timeframe, reference.output
        )

    def _constant(self, x: e.Expression) -> bool:
        match x:
            case e.Number() | e.Parameter():
                return True
            case e.Reference(name=name, output=None):
                return self._constant(self.named[name].expression)
            case e.History(of=of):
                return self._constant(of)
            case e.Negative() | e.Arithmetic() | e.Function():
                return all(self._constant(child) for child in e.children(x))
            case _:
                return False

    def _cross(
        self, direction: str, left: e.Expression, right: e.Expression, bars: Bars
    ) -> list[Value]:
        a, b = self._numbers(left, bars), self._numbers(right, bars)
        before, now = ("<=", ">") if direction == "above" else (">=", "<")
        crossed: list[Value] = []
        for at in range(len(a)):
            was_a = a[at - 1] if at or self._constant(left) else math.nan
            was_b = b[at - 1] if at or self._constant(right) else math.nan
            pair = [_compare(before, was_a, was_b), _compare(now, a[at], b[at])]
            crossed.append(_logic("and", pair))
        return crossed

    def _indicator(self, call: e.IndicatorCall, bars: Bars) -> list[Value]:
        signature, step = CATALOG[call.name], STEPS[call.name]
        arguments = [
            int(value) if wanted.whole else value
            for wanted, x in zip(signature.parameters, call.parameters, strict=True)
            for value in [evaluate(x, self.rules.parameters)]
        ]
        columns = [self._numbers(x, bars) for x in call.series]
        columns += [
            bars.opens if name == "opened" else [row[FIELDS[name]] for row in bars.rows]
            for name in signature.bars
        ]
        offset = 3  # anything but zero
        state = [0.0] * (offset + step.size(*arguments))
        values: list[Value] = []
        for at in range(len(bars.rows)):
            inputs = [column[at] for column in columns]
            value = step.function(state, offset, *inputs, *arguments)
            values.append(state[offset + step.outputs[call.output]] if call.output else value)
        return values

    def _held(self, call: e.IndicatorCall, timeframe: str, bars: Bars) -> list[Value]:
        closed, known = self._higher(timeframe, bars)
        inside = e.IndicatorCall(call.name, call.series, call.parameters, None, call.output)
        values = self.values(inside, closed)
        return [values[count - 1] if count else math.nan for count in known]

    def _higher(self, timeframe: str, bars: Bars) -> tuple[Bars, list[int]]:
        """Return the closed bars of a timeframe, and how many of them each own bar knows."""
        length, own = timeframe_ms(timeframe), timeframe_ms(self.rules.timeframe)
        shift = 4 * timeframe_ms("1d") if timeframe == "1w" else 0
        buckets: list[list[int]] = []
        for at, close in enumerate(bars.closes):
            if buckets and _bucket(bars.closes[buckets[-1][0]], own, shift, length) == _bucket(
                close, own, shift, length
            ):
                buckets[-1].append(at)
            else:
                buckets.append([at])
        closed = Bars()
        known = [0] * len(bars.closes)
        for place, bucket in enumerate(buckets):
            at = bucket[-1]
            if (bars.closes[at] - shift) % length != 0:
                if place + 1 == len(buckets):
                    break
                at = buckets[place + 1][0]
            closed.closes.append(bars.closes[bucket[-1]])
            closed.opens.append(bars.opens[bucket[0]])
            closed.rows.append(_joined([bars.rows[each] for each in bucket]))
            others = zip(*(bars.others[each] for each in bucket), strict=True)
            closed.others.append([_joined(list(rows)) for rows in others])
            known[at:] = [count + 1 for count in known[at:]]
        return closed, known


def _joined(rows: list[list[float]]) -> list[float]:
    """Return the one bar that bars make together; NaN if none of them is there."""
    there = [row for row in rows if not math.isnan(row[r.CLOSE])]
    if not there:
        return [math.nan] * r.BAR_SIZE
    return [
        there[0][r.OPEN],
        max(row[r.HIGH] for row in there),
        min(row[r.LOW] for row in there),
        there[-1][r.CLOSE],
        sum((row[r.VOLUME] for row in there[1:]), there[0][r.VOLUME]),
    ]


def _bucket(close: int, own: int, shift: int, length: int) -> int:
    return (close - own - shift) // length


def _usable(value: float) -> bool:
    return math.isfinite(value) and value > 0.0


def _arithmetic(operator: str, a: float, b: float) -> float:
    if operator == "/":
        return a / b if b != 0.0 else math.nan
    return {"+": a + b, "-": a - b, "*": a * b}[operator]


def _function(name: str, values: list[float]) -> float:
    if any(math.isnan(value) for value in values):
        return math.nan
    match name:
        case "min":
            return min(values)
        case "max":
            return max(values)
        case "abs":
            return abs(values[0])
        case "log":
            return math.log(values[0]) if values[0] > 0.0 else math.nan
        case "sqrt":
            return math.sqrt(values[0]) if values[0] >= 0.0 else math.nan
        case _:
            return math.exp(values[0]) if values[0] <= 709.0 else math.nan


def _compare(operator: str, a: float, b: float) -> bool | None:
    if math.isnan(a) or math.isnan(b):
        return None
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": a != b}[
        operator
    ]


def _logic(operator: str, values: Sequence[Value]) -> bool | None:
    deciding = operator == "or"
    if any(value is deciding for value in values):
        return deciding
    return None if any(value is None for value in values) else not deciding


def _not(value: Value) -> bool | None:
    return None if value is None else not value


def _bars_since(values: list[Value]) -> list[Value]:
    since: list[Value] = []
    last: int | None = None
    for at, value in enumerate(values):
        last = at if value is True else last
        since.append(math.nan if last is None else float(at - last))
    return since
