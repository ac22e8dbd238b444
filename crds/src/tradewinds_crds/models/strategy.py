"""Strategy: what one bot trades, with which money, and when it stops."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field

from tradewinds_crds.models.bracket import Bracket
from tradewinds_crds.models.cel import currency_of, quote_of
from tradewinds_crds.models.conditions import Status
from tradewinds_crds.models.contract import Model, count_set, exactly_one, rule
from tradewinds_crds.models.definition import AGE, Column, Definition, condition_column
from tradewinds_crds.models.execution import Execution, Resources, Schedule
from tradewinds_crds.models.limits import StrategyRisk
from tradewinds_crds.models.protections import Protections
from tradewinds_crds.models.references import (
    MAX_SYMBOLS,
    UNIQUE_SYMBOLS,
    NameReference,
    Symbols,
)
from tradewinds_crds.models.rule_set import Parameters, RuleSet
from tradewinds_crds.models.sizing import Sizing
from tradewinds_crds.models.sources import BuiltinSource, PythonSource, SignalSource
from tradewinds_crds.models.units import Bars, Money, Timeframe
from tradewinds_crds.names import FLAT, READY, Kind
from tradewinds_crds.rules.library import LIBRARY, PAIRED, ROTATING
from tradewinds_crds.scalars import parse_money, parse_symbol

_ROTATES = f"""((has(self.rules) && has(self.rules.portfolio))
    || (has(self.builtin) && self.builtin.name in {list(ROTATING)}))"""
_PAIRED = f"(has(self.builtin) && self.builtin.name in {list(PAIRED)})"
_JOINT = f"((has(self.rules) && has(self.rules.joint)) || {_PAIRED})"


class StrategyTemplate(Model):
    """A Strategy as a Backtest holds it inline: the same fields, the account left to choice."""

    account_ref: NameReference | None = None
    """ExchangeAccount that gives exchange and costs (default: `data.exchange` of the Backtest)."""
    state: Literal["Running", "Paused", "Stopped"] = "Running"
    """Paused opens nothing and closes as ever; Stopped also cancels entries and needs no pod."""
    stage: Literal["Shadow", "Paper", "Live"] = "Paper"
    """Shadow decides and orders nothing, Paper fills in a book of its own, Live is real money."""
    symbols: Symbols
    """Markets in order of priority, such as [BTC/USDT, ETH/USDT]."""
    timeframe: Timeframe
    """Length of the bars on which decisions are made."""
    rules: RuleSet | None = None
    """Decisions in expressions; one of rules, builtin, python and signal."""
    builtin: BuiltinSource | None = None
    """Decisions of a strategy that comes with Tradewinds."""
    python: PythonSource | None = None
    """Decisions of a Python class."""
    signal: SignalSource | None = None
    """Decisions that others send."""
    parameters: Parameters = {}
    """Numbers that override those of the source (default: none)."""
    capital: Money
    """The Strategy's own money, such as 10000 USDT; never its neighbours'."""
    sizing: Sizing | None = None
    """Size of an entry (default: none, for rules.portfolio and for python that sizes itself)."""
    bracket: Bracket = Bracket()
    """Protections that travel with each entry (default: none)."""
    protections: Protections = Protections()
    """Pauses after bad trades (default: none)."""
    max_open_positions: Annotated[int, Field(ge=1, le=MAX_SYMBOLS)] | None = None
    """Positions that may be open at once (default: one for each symbol)."""
    risk: StrategyRisk | None = None
    """Limits of the Strategy (default: none, which Live refuses)."""
    execution: Execution | None = None
    """How orders are worked (default: sent whole)."""
    schedule: Schedule | None = None
    """When entries may be made (default: always)."""
    warmup: Bars | None = None
    """Bars before the first decision (default: derived from the rules)."""
    update_policy: Literal["WhenFlat", "Immediate", "Manual"] = "WhenFlat"
    """When a changed spec takes over: once no position is open, at once, or when a person says."""
    on_delete: Literal["Retain", "CancelOrders", "Flatten"] = "Retain"
    """What a deletion does first: nothing, cancel entries, or close all positions."""
    adopt: bool = False
    """Whether to take over, when it begins, what a deleted Strategy of its name still holds."""
    resources: Resources = Resources()
    """What the bot's pod asks for (default: the chart's)."""

    def in_full(self, said: dict[str, Any]) -> dict[str, Any]:
        """Write the rules of a built-in strategy out, so that everybody else knows rules alone."""
        if self.builtin is None:
            return said
        written = LIBRARY[self.builtin.name].rules_for(self.symbols)
        rules = RuleSet.model_validate(written).model_dump()
        return {**{name: one for name, one in said.items() if name != "builtin"}, "rules": rules}

    @rule(
        cel=exactly_one("rules", "builtin", "python", "signal"),
        message="a Strategy decides by exactly one of rules, builtin, python, signal",
        remedy="Write, say: rules: {long: {entry: close > sma(close, 200)}}",
    )
    def has_one_source(self) -> bool:
        return count_set(self.rules, self.builtin, self.python, self.signal) == 1

    @rule(
        cel="self.stage != 'Live' || has(self.risk)",
        message="stage Live needs spec.risk",
        remedy="Add, say: risk: {maxDailyLoss: 2%}",
        at="stage",
    )
    def live_has_limits(self) -> bool:
        return self.stage != "Live" or self.risk is not None

    @rule(
        cel=UNIQUE_SYMBOLS,
        message="symbols has a market twice",
        remedy="Name each market once, the most important first",
        at="symbols",
    )
    def symbols_are_unique(self) -> bool:
        return len(set(self.symbols)) == len(self.symbols)

    @rule(
        cel=f"self.symbols.all(s, {quote_of('s')} == {currency_of('self.capital')})",
        message="capital is not in the currency in which all the symbols are quoted",
        remedy="Write capital: 10000 USDT for BTC/USDT; for another quote, make another Strategy",
        at="capital",
    )
    def capital_is_in_the_quote_currency(self) -> bool:
        currency = parse_money(self.capital).currency
        return all(parse_symbol(symbol).quote == currency for symbol in self.symbols)

    @rule(
        cel=f"{_ROTATES} ? !has(self.sizing) : (has(self.python) || has(self.sizing))",
        message="sizing is missing, or stands beside rules.portfolio, whose weights are sizes",
        remedy="With long or short write, say: sizing: {equity: 25%}; with portfolio or"
        " momentum-rotation, none",
    )
    def entries_have_one_size(self) -> bool:
        if self._rotates:
            return self.sizing is None
        return self.python is not None or self.sizing is not None

    @property
    def _rotates(self) -> bool:
        own = self.rules is not None and self.rules.portfolio is not None
        return own or (self.builtin is not None and self.builtin.name in ROTATING)

    @property
    def _legs(self) -> int:
        """How many symbols have one position together, 0 for rules of each symbol alone."""
        if self.builtin is not None:
            return len(LIBRARY[self.builtin.name].markets)
        joint = self.rules.joint if self.rules is not None else None
        return 0 if joint is None else len(joint.legs)

    @rule(
        cel=f"""!{_PAIRED} || self.symbols.size() == 2""",
        message="the pairs strategy was not given two symbols",
        remedy="Name two perpetuals, such as [BTC/USDT:USDT, ETH/USDT:USDT]; with rules.joint you"
        " choose legs and ratios",
        at="symbols",
    )
    def pairs_are_two(self) -> bool:
        paired = self.builtin is not None and self.builtin.name in PAIRED
        return not paired or len(self.symbols) == self._legs

    @rule(
        cel="""!has(self.sizing) || !has(self.sizing.risk) || has(self.python)
            || (has(self.bracket) && has(self.bracket.stopLoss))""",
        message="sizing by risk needs bracket.stopLoss, since the risk is the distance to it",
        remedy="Add, say: bracket: {stopLoss: {by: 3%}}",
        at="sizing",
    )
    def risk_is_measured_to_a_stop(self) -> bool:
        by_risk = self.sizing is not None and self.sizing.risk is not None
        return not by_risk or self.python is not None or self.bracket.stop_loss is not None

    @rule(
        cel=f"""!has(self.sizing) || ((!has(self.sizing.quote)
                || {currency_of("self.sizing.quote")} == {currency_of("self.capital")})
            && (!has(self.sizing.quantity) || self.symbols.all(s,
                s.split('/')[0] == {currency_of("self.sizing.quantity")})))""",
        message="sizing is in a currency that the symbols do not have",
        remedy="quote is in the currency of capital (500 USDT), "
        "quantity in the base of every symbol (0.5 BTC)",
        at="sizing",
    )
    def size_is_in_a_currency_of_the_symbols(self) -> bool:
        if self.sizing is None:
            return True
        bases = {parse_symbol(symbol).base for symbol in self.symbols}
        quote, quantity = self.sizing.quote, self.sizing.quantity
        return (
            quote is None or parse_money(quote).currency == parse_money(self.capital).currency
        ) and (quantity is None or {parse_money(quantity).currency} == bases)

    @rule(
        cel=f"""self.symbols.all(s, s.contains(':'))
            || !((has(self.rules) && has(self.rules.short)) || {_PAIRED}
            || (has(self.sizing) && has(self.sizing.maxLeverage)
                && self.sizing.maxLeverage > 1))""",
        message="spot can neither go short nor be leveraged, and one of the symbols is spot",
        remedy="Use perpetuals, such as BTC/USDT:USDT, or leave rules.short and maxLeverage out",
        at="symbols",
    )
    def spot_is_long_and_unleveraged(self) -> bool:
        short = self.rules is not None and self.rules.short is not None
        short = short or (self.builtin is not None and self.builtin.name in PAIRED)
        leveraged = self.sizing is not None and (self.sizing.max_leverage or 1) > 1
        spot = any(parse_symbol(symbol).spot for symbol in self.symbols)
        return not spot or not (short or leveraged)

    @rule(
        cel="""!has(self.rules) || !has(self.rules.joint)
            || self.rules.joint.legs.all(leg, leg.symbol in self.symbols)""",
        message="rules.joint has a leg in a symbol that the Strategy does not trade",
        remedy="Add it to symbols",
        at="rules",
    )
    def legs_are_traded(self) -> bool:
        if self.rules is None or self.rules.joint is None:
            return True
        return {leg.symbol for leg in self.rules.joint.legs} <= set(self.symbols)

    @rule(
        cel=f"""!{_JOINT} || !has(self.sizing) || has(self.sizing.equity)
            || has(self.sizing.quote) || has(self.sizing.risk)""",
        message="a joint position is sized by equity, quote or risk, since its legs are shares"
        " of one notional",
        remedy="Write, say: sizing: {equity: 50%}",
        at="sizing",
    )
    def legs_share_one_notional(self) -> bool:
        if not self._legs or self.sizing is None:
            return True
        return count_set(self.sizing.equity, self.sizing.quote, self.sizing.risk) == 1

    @rule(
        cel=f"""!{_JOINT} || !has(self.maxOpenPositions)
            || self.maxOpenPositions >= (has(self.rules) ? self.rules.joint.legs.size() : 2)""",
        message="maxOpenPositions is below the number of legs, so that nothing could be opened",
        remedy="Leave it out",
        at="maxOpenPositions",
    )
    def legs_have_places(self) -> bool:
        return self.max_open_positions is None or self.max_open_positions >= self._legs

    @rule(
        cel=f"""!{_JOINT} || !has(self.protections)
            || (!has(self.protections.lossStreak) && !has(self.protections.lowProfitSymbol))""",
        message="lossStreak or lowProfitSymbol stands beside rules.joint, and a leg that loses"
        " is no loss of the position",
        remedy="Use drawdownLock, which sees the equity",
        at="protections",
    )
    def legs_are_no_trades(self) -> bool:
        if not self._legs:
            return True
        return count_set(self.protections.loss_streak, self.protections.low_profit_symbol) == 0

    @rule(
        cel="""!has(self.rules) || !has(self.parameters) || self.parameters.all(name,
            has(self.rules.parameters) && name in self.rules.parameters)""",
        message="parameters overrides something that rules.parameters does not have",
        remedy="Add it to rules.parameters, or take it out of parameters",
        at="parameters",
    )
    def overrides_are_known(self) -> bool:
        return self.rules is None or set(self.parameters) <= set(self.rules.parameters)


class StrategySpec(StrategyTemplate):
    """What one bot trades, on which account, with which money."""

    account_ref: NameReference
    """ExchangeAccount that trades it; it cannot change: another account is another Strategy."""

    @rule(
        cel="self.accountRef.name == oldSelf.accountRef.name",
        message="accountRef cannot change: another account is another Strategy",
        remedy="Make a Strategy of another name, and delete this one",
        at="accountRef",
        on_update=True,
    )
    def keeps_its_account(self, before: Self) -> bool:
        return self.account_ref == before.account_ref


class StrategyStatus(Status):
    """What is true of the bot; an open position stands in the condition Flat."""

    mode: Literal["Shadow", "Paper", "Live"] | None = None
    """The effective mode: the weaker of the stage and the account's environment."""
    symbols: Annotated[str, Field(max_length=64)] | None = None
    """The symbols in short, such as BTC/USDT +2."""
    feed: Annotated[str, Field(max_length=253)] | None = None
    """The MarketFeed whose bars decide: the first by name that has all that is traded."""
    image: Annotated[str, Field(max_length=512)] | None = None
    """The image that runs."""
    running_generation: int | None = None
    """The generation that the bot runs; behind the spec's while an update waits to be flat."""


STRATEGY = Definition(
    kind=Kind.STRATEGY,
    sentence="A trading bot: what it trades, on which account, with which money, and how.",
    spec=StrategySpec,
    status=StrategyStatus,
    columns=(
        condition_column("Ready", READY),
        Column("Mode", ".status.mode"),
        Column("Symbols", ".status.symbols"),
        Column("TF", ".spec.timeframe"),
        Column("Account", ".spec.accountRef.name"),
        condition_column("Flat", FLAT),
        condition_column("Reason", READY, "reason"),
        AGE,
    ),
    selectable=(".spec.accountRef.name", ".spec.stage"),
)
