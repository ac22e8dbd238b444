"""Which trading rules go with imported bars: those given, stored, or beside the file.

An order is sized in lots and ticks, so a wrong lot makes every backtest wrong in silence. Therefore
an import never guesses: without rules it stops, and shows what the data's decimals suggest.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from tradewinds.process.exits import InputError
from tradewinds.venues.instruments import FILE_NAME, guess, instrument, read_beside
from tradewinds_store.records import Instrument, Series

if TYPE_CHECKING:
    from tradewinds_store.bars import Bars


@dataclass(frozen=True, slots=True)
class Given:
    """The trading rules on the command line; None where an option was left out."""

    tick: Decimal | None = None
    lot: Decimal | None = None
    min_notional: Decimal | None = None

    @property
    def any(self) -> bool:
        return self != Given()


def choose(
    series: Series, given: Given, stored: Instrument | None, path: Path, *, replace_stored: bool
) -> tuple[Instrument | None, str]:
    """Return the rules to use, or None, and where they come from."""
    known, source = stored, "stored"
    if known is None:
        known, source = (
            read_beside(path, series.exchange, series.symbol),
            str(path.parent / FILE_NAME),
        )
    if not given.any:
        return known, source
    chosen = _merge(series, given, known)
    if chosen is None or stored is None or chosen == stored:
        return chosen, "command line"
    if not replace_stored:
        raise InputError(
            f"{series.exchange} {series.symbol}: the stored rules are {described(stored)}, the "
            f"command line says {described(chosen)}. Nothing was changed. Leave the options out "
            "to keep what is stored, or add --replace."
        )
    return chosen, "command line"


def _merge(series: Series, given: Given, known: Instrument | None) -> Instrument | None:
    if known is not None:
        return replace(
            known,
            tick=given.tick or known.tick,
            lot=given.lot or known.lot,
            min_notional=given.min_notional or known.min_notional,
        )
    if given.tick is None or given.lot is None or given.min_notional is None:
        return None
    return instrument(series.exchange, series.symbol, given.tick, given.lot, given.min_notional)


def advice(series: Series, path: Path, bars: "Bars") -> str:
    """Return the message for an import without rules, with a guess to check."""
    prices = (price for column in (bars.open, bars.close) for price in column.tolist())
    found = guess(series.exchange, series.symbol, prices, bars.volume.tolist())
    return (
        f"No tick, lot and minimum notional are known for {series.exchange} {series.symbol}, and "
        f"orders cannot be sized without them. Nothing was imported.\n"
        f"  Look them up at the venue. From the decimals of {path.name} they would be:\n"
        f"  --tick {found.tick:f} --lot {found.lot:f} --min-notional {found.min_notional:f}"
    )


def described(rules: Instrument) -> str:
    """Return an instrument's rules on one line."""
    return f"tick {rules.tick:f} · lot {rules.lot:f} · minimum {rules.min_notional:f} {rules.quote}"
