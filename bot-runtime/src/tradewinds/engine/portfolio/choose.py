"""Who is held, and with which weight. Functions over flat buffers and scalars."""

import math

from tradewinds.engine.portfolio.layout import (
    CHOSEN,
    EXPOSURE,
    HEAD_SIZE_OF,
    HOLD,
    INVERSE_VOLATILITY,
    KEEP,
    PLACE,
    RANKED,
    RISK,
    SCORE,
    STAYS,
    SYMBOL_SIZE_OF,
    TAKEN,
    TARGET,
    WEIGHTS,
)
from tradewinds.engine.records import (
    ENTRY_LOTS,
    ENTRY_SIDE,
    INTENT_PRIORITY,
    INTENT_SIZE,
    INTENT_SIZE_OF,
    INTENT_SYMBOL,
    LAST_CLOSE,
    LOT,
    LOTS,
    TERMS_SIZE_OF,
)
from tradewinds.engine.units import from_units

Buffer = list[float]


def own_of(symbol: int) -> int:
    """Return where a symbol's state begins."""
    return HEAD_SIZE_OF + symbol * SYMBOL_SIZE_OF


def weight(symbol: int, state: Buffer, stride: int, terms: Buffer, equity: float) -> float:
    """Return the share of the equity that a symbol's position is worth at its last close."""
    return worth(state[symbol * stride + LOTS], symbol, state, stride, terms, equity)


def bound(symbol: int, state: Buffer, stride: int, terms: Buffer, equity: float) -> float:
    """Return the share of a symbol in a gap: what is held, and what waits for its next bar."""
    lots = state[symbol * stride + LOTS]
    if state[symbol * stride + ENTRY_SIDE] != 0.0:
        lots += state[symbol * stride + ENTRY_LOTS]
    return worth(lots, symbol, state, stride, terms, equity)


def worth(
    lots: float, symbol: int, state: Buffer, stride: int, terms: Buffer, equity: float
) -> float:
    """Return the share of the equity that so many lots are at a symbol's last close."""
    if lots == 0.0:
        return 0.0
    quantity = from_units(lots, terms[symbol * TERMS_SIZE_OF + LOT])
    return quantity * state[symbol * stride + LAST_CLOSE] / equity


def choose(
    intents: Buffer,
    n: int,
    state: Buffer,
    stride: int,
    symbols: int,
    terms: Buffer,
    equity: float,
    settings: Buffer,
    portfolio: Buffer,
) -> None:
    """Set the target of each symbol from the figures of this close."""
    gather(intents, n, symbols, settings, portfolio)
    left = settings[EXPOSURE]
    taken = 0.0
    for symbol in range(symbols):
        own = own_of(symbol)
        portfolio[own + PLACE] = place(symbol, symbols, portfolio)
        stays = bound(symbol, state, stride, terms, equity)
        if math.isnan(portfolio[own + TARGET]) and stays != 0.0:
            left -= abs(stays)
            taken += 1.0
    for symbol in range(symbols):
        own = own_of(symbol)
        kept = 0.0 < portfolio[own + PLACE] <= settings[KEEP]
        if kept and state[symbol * stride + LOTS] > 0.0:
            portfolio[own + CHOSEN] = STAYS
    taken = take(symbols, taken, STAYS, settings, portfolio)
    take(symbols, taken, 0.0, settings, portfolio)
    share(symbols, max(left, 0.0), settings, portfolio)


def gather(intents: Buffer, n: int, symbols: int, settings: Buffer, portfolio: Buffer) -> None:
    """Write down the rank of each symbol that has a bar, NaN where it cannot be held."""
    for symbol in range(symbols):
        own = own_of(symbol)
        portfolio[own + TARGET] = math.nan
        portfolio[own + RANKED] = math.nan
        portfolio[own + CHOSEN] = 0.0
    for i in range(n):
        row = i * INTENT_SIZE_OF
        own = own_of(int(intents[row + INTENT_SYMBOL]))
        rank, risk = intents[row + INTENT_PRIORITY], intents[row + INTENT_SIZE]
        fits = math.isfinite(rank)
        if settings[WEIGHTS] == SCORE:
            fits = fits and rank > 0.0
        if settings[WEIGHTS] == INVERSE_VOLATILITY:
            fits = fits and math.isfinite(risk) and risk > 0.0
        portfolio[own + TARGET] = 0.0
        portfolio[own + RANKED] = rank if fits else math.nan
        portfolio[own + RISK] = risk


def place(symbol: int, symbols: int, portfolio: Buffer) -> float:
    """Return a symbol's place by rank, ties in declared order; 0 if it has none."""
    rank = portfolio[own_of(symbol) + RANKED]
    if math.isnan(rank):
        return 0.0
    before = 1.0
    for other in range(symbols):
        figure = portfolio[own_of(other) + RANKED]
        if figure > rank or (figure == rank and other < symbol):
            before += 1.0
    return before


def take(symbols: int, taken: float, held: float, settings: Buffer, portfolio: Buffer) -> float:
    """Choose by place until `hold` are taken: of those that stay, or of the others."""
    for wanted in range(1, symbols + 1):
        for symbol in range(symbols):
            own = own_of(symbol)
            if portfolio[own + PLACE] == wanted and portfolio[own + CHOSEN] == held:
                fits = taken < settings[HOLD]
                portfolio[own + CHOSEN] = TAKEN if fits else held
                taken += 1.0 if fits else 0.0
    return taken


def share(symbols: int, left: float, settings: Buffer, portfolio: Buffer) -> None:
    """Divide the exposure among the chosen."""
    total = 0.0
    for symbol in range(symbols):
        if portfolio[own_of(symbol) + CHOSEN] == TAKEN:
            total += part(symbol, settings, portfolio)
    for symbol in range(symbols):
        own = own_of(symbol)
        if portfolio[own + CHOSEN] == TAKEN:
            portfolio[own + TARGET] = left * part(symbol, settings, portfolio) / total


def part(symbol: int, settings: Buffer, portfolio: Buffer) -> float:
    """Return what a chosen symbol's weight is in proportion to."""
    own = own_of(symbol)
    if settings[WEIGHTS] == INVERSE_VOLATILITY:
        return 1.0 / portfolio[own + RISK]
    return portfolio[own + RANKED] if settings[WEIGHTS] == SCORE else 1.0
