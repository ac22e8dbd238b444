"""What a run of a Strategy needs to know, read once from its canonical spec.

A `Plan` is all constants: symbols and their terms, capital, how entries are sized. Gateway, bot and
backtest read the same spec with the same instruments and costs, so their plans are equal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tradewinds.engine.errors import PlanError
from tradewinds.engine.guards.settings import GuardTerms, guards_from
from tradewinds.engine.instruments import STORED, Costs, FeeTier, Instrument, InstrumentLike
from tradewinds.engine.joint.settings import joint_from
from tradewinds.engine.measure.settings import measure_from
from tradewinds.engine.nonsense import refuse_nonsense
from tradewinds.engine.portfolio.settings import portfolio_from
from tradewinds.engine.records import (
    RATES_AT,
    RATES_END,
    SIZE_EQUITY,
    SIZE_KELLY,
    SIZE_QUANTITY,
    SIZE_QUOTE,
    SIZE_RISK,
    SIZE_VOLATILITY,
    TERMS_SIZE_OF,
)
from tradewinds_crds.errors import ScalarError
from tradewinds_crds.scalars import (
    parse_bars,
    parse_money,
    parse_percent,
    parse_symbol,
    timeframe_ms,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


Rates = tuple[tuple[float, float, float], ...]
"""Funding rates of a symbol as (time, rate, mark price or NaN), the oldest first."""


@dataclass(frozen=True, slots=True)
class Sizing:
    """How an entry is sized that does not say so itself: a SIZE_ constant and its figure."""

    mode: int
    value: float


@dataclass(frozen=True, slots=True)
class Plan:
    """One Strategy's run: who, on what, with which money and at which terms.

    `timeframe_ms` is the length of a bar; `capital` is in `quote`; `warmup` is None when it is
    derived from the strategy, `sizing` None when each order says its size; `terms` holds
    TERMS_SIZE_OF floats a symbol for the fill step; `ranked` says that rules have a priority,
    `guards` what may hold entries back, `portfolio` how target weights are made of ranks, `measure`
    how a size is measured, `volume_share` how much of a bar's volume fills at most (0: all),
    `fee_tiers` what fees follow from what was traded, `joint` which symbols are legs of one
    position, `rates` which funding rates are stored of each symbol (none: one rate for all times).
    """

    name: str
    uid: str
    symbols: tuple[str, ...]
    timeframe: str
    timeframe_ms: int
    quote: str
    capital: float
    sizing: Sizing | None
    max_open_positions: int
    warmup: int | None
    instruments: tuple[Instrument, ...]
    costs: Costs
    terms: tuple[float, ...]
    ranked: bool = False
    guards: GuardTerms | None = None
    portfolio: tuple[float, ...] | None = None
    measure: tuple[float, ...] | None = None
    volume_share: float = 0.0
    fee_tiers: tuple[FeeTier, ...] = ()
    joint: tuple[float, ...] | None = None
    rates: tuple[Rates, ...] = ()

    def place(self, symbol: str) -> int:
        """Return a symbol's place in the declared order."""
        try:
            return self.symbols.index(symbol)
        except ValueError:
            known = ", ".join(self.symbols)
            raise PlanError(
                f"Strategy {self.name}: symbol was '{symbol}', expected one of {known}"
            ) from None


def plan_from(
    spec: Mapping[str, Any],
    instruments: Iterable[InstrumentLike],
    costs: Costs,
    *,
    name: str,
    uid: str = "",
    rates: Mapping[str, Rates] | None = None,
    recorded: bool = False,
) -> Plan:
    """Read a Strategy's canonical spec; `PlanError` says what cannot be traded, and the remedy.

    `rates` are the stored funding rates by symbol, which costs may ask for. What a ledger has
    `recorded` was accepted once, and is read whatever would be refused today.
    """
    try:
        symbols = tuple(spec["symbols"])
        capital = parse_money(spec["capital"])
        if not recorded:
            refuse_nonsense(name, spec, costs)
        rows = _in_order(name, symbols, instruments)
        costs = _of_markets(costs, symbols)
        stored = _rates(name, costs, symbols, rates or {})
        terms = tuple(figure for row in rows for figure in _terms(row, costs, spec))
        return Plan(
            name=name,
            uid=uid,
            symbols=symbols,
            timeframe=spec["timeframe"],
            timeframe_ms=timeframe_ms(spec["timeframe"]),
            quote=capital.currency,
            capital=float(capital.amount),
            sizing=_sizing(name, spec.get("sizing"), capital.currency, symbols),
            max_open_positions=int(spec.get("maxOpenPositions") or len(symbols)),
            warmup=parse_bars(spec["warmup"]) if spec.get("warmup") else None,
            instruments=rows,
            costs=costs,
            terms=laid(terms, stored) if stored else terms,
            ranked=bool((spec.get("rules") or {}).get("priority")),
            portfolio=portfolio_from(spec),
            guards=guards_from(spec, timeframe_ms(spec["timeframe"]), name=name),
            measure=measure_from(spec.get("sizing")),
            volume_share=costs.max_volume_share,
            fee_tiers=_tiers(name, costs, capital.currency),
            joint=joint_from(spec, symbols, name=name),
            rates=stored,
        )
    except ScalarError as error:
        raise PlanError(f"Strategy {name}: {error}") from error
    except KeyError as error:
        raise PlanError(
            f"Strategy {name}: spec.{error.args[0]} was missing. Add it, see the reference"
        ) from error


def _of_markets(costs: Costs, symbols: tuple[str, ...]) -> Costs:
    """Return the costs that the markets have: spot knows no funding and no liquidation."""
    if all(parse_symbol(symbol).spot for symbol in symbols):
        return replace(costs, funding=0.0, maintenance=0.0, liquidation=0.0, stored_funding=False)
    return costs


def _rates(
    name: str, costs: Costs, symbols: tuple[str, ...], rates: Mapping[str, Rates]
) -> tuple[Rates, ...]:
    """Return the stored rates of each symbol, nothing where costs ask for none."""
    if not costs.stored_funding:
        return ()
    for symbol in symbols:
        if symbol not in rates and not parse_symbol(symbol).spot:
            raise PlanError(
                f"Strategy {name}: costs.fundingRates was {STORED}, and there are no stored rates"
                f" of {symbol}. Use Constant here; a backtest over a store has them"
            )
    return tuple(tuple(rates.get(symbol, ())) for symbol in symbols)


def laid(terms: Sequence[float], rates: Sequence[Rates]) -> tuple[float, ...]:
    """Return terms with the stored rates of each symbol behind them, in the place of others."""
    head = list(terms[: len(rates) * TERMS_SIZE_OF])
    tail: list[float] = []
    for symbol, rows in enumerate(rates):
        head[symbol * TERMS_SIZE_OF + RATES_AT] = float(len(head) + len(tail))
        tail += [figure for row in rows for figure in row]
        head[symbol * TERMS_SIZE_OF + RATES_END] = float(len(head) + len(tail))
    return (*head, *tail)


def none_yet(symbols: Iterable[str]) -> dict[str, Rates]:
    """Return the rates of a plan whose book gets them close by close."""
    return dict.fromkeys(symbols, ())


def _in_order(
    name: str, symbols: tuple[str, ...], instruments: Iterable[InstrumentLike]
) -> tuple[Instrument, ...]:
    known = {row.symbol: Instrument.of(row) for row in instruments}
    missing = [symbol for symbol in symbols if symbol not in known]
    if missing:
        raise PlanError(
            f"Strategy {name}: no instrument for {', '.join(missing)}. Store its tick, lot and"
            " minimum notional: tradewinds data import … --tick … --lot … --min-notional …"
        )
    return tuple(known[symbol] for symbol in symbols)


def _terms(row: Instrument, costs: Costs, spec: Mapping[str, Any]) -> tuple[float, ...]:
    if row.tick <= 0 or row.lot <= 0:
        raise PlanError(
            f"Instrument {row.symbol}: tick was {row.tick} and lot {row.lot}, expected both > 0."
            " Import it again with --tick and --lot"
        )
    return (
        float(row.tick),
        float(row.lot),
        float(row.min_notional),
        costs.maker,
        costs.taker,
        costs.slippage + costs.spread / 2.0,
        0.0 if parse_symbol(row.symbol).spot else 1.0,
        1.0 if (spec.get("execution") or {}).get("postOnly") else 0.0,
        costs.impact,
        *_margin_terms(row, costs, spec),
        costs.max_volume_share,
        0.0,
        0.0,
    )


def _margin_terms(row: Instrument, costs: Costs, spec: Mapping[str, Any]) -> tuple[float, ...]:
    leverage = float((spec.get("sizing") or {}).get("maxLeverage") or 1)
    market = parse_symbol(row.symbol)
    if costs.maintenance >= 1.0:
        raise PlanError(
            f"costs.maintenanceMargin was {costs.maintenance:.0%}, expected less than 100%: no"
            " position would survive its entry. Write what the exchange asks for, such as 0.5%"
        )
    if not market.spot:
        return (leverage, costs.funding, costs.maintenance, costs.liquidation)
    if leverage > 1.0:
        raise PlanError(
            f"Instrument {row.symbol}: sizing.maxLeverage was {leverage:g}, and spot cannot be"
            f" leveraged. Trade the perpetual, such as {row.symbol}:{market.quote}"
        )
    return (leverage, 0.0, 0.0, 0.0)


def _tiers(name: str, costs: Costs, quote: str) -> tuple[FeeTier, ...]:
    for tier in costs.tiers:
        if tier.currency != quote:
            raise PlanError(
                f"Strategy {name}: a volume of costs.fee.tiers was in {tier.currency}, expected"
                f" {quote}, the currency of its capital"
            )
    return costs.tiers


def _sizing(
    name: str, sizing: Mapping[str, Any] | None, quote: str, symbols: tuple[str, ...]
) -> Sizing | None:
    if not sizing:
        return None
    if "equity" in sizing:
        return Sizing(SIZE_EQUITY, float(parse_percent(sizing["equity"])))
    if "risk" in sizing:
        return Sizing(SIZE_RISK, float(parse_percent(sizing["risk"])))
    if "volatility" in sizing:
        return Sizing(SIZE_VOLATILITY, float(parse_percent(sizing["volatility"])))
    if "kelly" in sizing:
        return Sizing(SIZE_KELLY, float(parse_percent(sizing["kelly"]["cap"])))
    if "quote" in sizing:
        money = parse_money(sizing["quote"])
        if money.currency != quote:
            raise PlanError(
                f"Strategy {name}: sizing.quote was in {money.currency}, expected {quote},"
                " the currency of its capital"
            )
        return Sizing(SIZE_QUOTE, float(money.amount))
    if "quantity" in sizing:
        return Sizing(SIZE_QUANTITY, _quantity(name, sizing["quantity"], symbols))
    raise PlanError(
        f"Strategy {name}: sizing was {dict(sizing)}, expected one of equity, quote, risk,"
        " quantity, volatility, kelly, such as sizing: {equity: 25%}"
    )


def _quantity(name: str, text: str, symbols: tuple[str, ...]) -> float:
    amount = parse_money(text)
    others = [symbol for symbol in symbols if parse_symbol(symbol).base != amount.currency]
    if others:
        raise PlanError(
            f"Strategy {name}: sizing.quantity was {text}, and {others[0]} is not in"
            f" {amount.currency}. Use sizing.quote or sizing.equity for several currencies"
        )
    return float(amount.amount)
