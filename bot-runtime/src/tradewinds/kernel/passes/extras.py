"""What a plan may ask for beyond rules, sizes and fills, where the loops have a place for it.

These are the engine's own steps: protections and schedule (`engine.guards`), measured sizes, fees
by tier, priorities, portfolios and joint legs. They work on three buffers: `given` says where the
figures of each part are, and has the constants; `memory` has the state, a set's own; `wishes` is
scratch, with room for all intentions of a close twice. `quiet` passes over bars at which none of
this has to be asked: `passed` makes good what they do to it.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201, ARG001  # Numba finds the types; `plain` has the same signatures

from __future__ import annotations

from typing import Final

from tradewinds.engine.account.apply import equity
from tradewinds.engine.account.feetiers import add, rate, turn
from tradewinds.engine.guards.admit import admit, serve
from tradewinds.engine.guards.cron import strike
from tradewinds.engine.guards.hours import is_open
from tradewinds.engine.guards.layout import BARS as BARS_SEEN
from tradewinds.engine.guards.layout import CRON, FLATTEN, LOCK_DRAWDOWN, SETS, WORDS
from tradewinds.engine.guards.pauses import count, fill, place_of, watch
from tradewinds.engine.joint.expand import expand
from tradewinds.engine.joint.layout import LEG_SIZE_OF, MISSING, MISSING_WORDS
from tradewinds.engine.joint.share import all_or_none, share
from tradewinds.engine.measure.kelly import learn
from tradewinds.engine.measure.layout import KELLY, WAY, WINDOW
from tradewinds.engine.measure.resize import resize
from tradewinds.engine.measure.volatility import note
from tradewinds.engine.portfolio.rotate import rotate
from tradewinds.engine.records import (
    CASH,
    CLOSE,
    ENTRY_SIDE,
    FILL_SIZE_OF,
    INTENT_ACTION,
    INTENT_SIZE_OF,
    LOT,
    LOTS,
    ORDER_EFFECT,
    ORDER_SIZE_OF,
)
from tradewinds.engine.units import from_units
from tradewinds.kernel.passes.facts import BARS, DECIDES, LENGTH, STRIDE, SYMBOLS

GUARDS: Final = 0  # parts of `given`
MEASURE: Final = 1
PORTFOLIO: Final = 2
JOINT: Final = 3
TIERS: Final = 4
PARTS: Final = 5
GUARDS_STATE: Final = PARTS + GUARDS  # parts of `memory`
MEASURE_STATE: Final = PARTS + MEASURE
PORTFOLIO_STATE: Final = PARTS + PORTFOLIO
TIERS_STATE: Final = PARTS + TIERS
OWN_STATE: Final = 2 * PARTS  # what the loops keep for themselves
PROGRAM_WORDS: Final = 2 * (OWN_STATE + 1)  # how many reasons the program has; before it is where
GIVEN_HEAD: Final = PROGRAM_WORDS + 1  # each part begins and ends

OUTSIDE_AT: Final = 0  # of OWN: the next bar whose close is outside the schedule
RATED_AT: Final = 1  # the day whose fees lie at the beginning of `memory`, among all terms
HELD_AT: Final = 2  # then how often each reason held an entry back
REASONS: Final = len(WORDS)
MADE_WORDS: Final = (*WORDS, MISSING_WORDS)  # why orders are made that no rule wants


def has(part, given):
    """Whether the plan asks for a part."""
    return given[2 * part + 1] > given[2 * part]


def first(part, given):
    """Return where a part begins, in `given` if it is constants, in `memory` if it is state."""
    return int(given[2 * part])


def last(part, given):
    """Return where a part ends."""
    return int(given[2 * part + 1])


def rates(i, times, facts, terms, given, memory):
    """Return the terms at which bar set i fills: those of its day, where fees have tiers."""
    if not has(TIERS, given):
        return terms
    traded = memory[first(TIERS_STATE, given) : last(TIERS_STATE, given)]
    day = turn(times[i], traded)
    at = first(OWN_STATE, given) + RATED_AT
    if memory[at] != day:
        for place in range(len(terms)):
            memory[place] = terms[place]
        tiers = given[first(TIERS, given) : last(TIERS, given)]
        rate(day, tiers, traded, facts[SYMBOLS], memory)
        memory[at] = float(day)
    return memory


def closed(i, m, n, times, bars, filled, facts, terms, state, account, given, memory):
    """Take bar set i, which is marked, with its n rows of fills; the first m are no funding."""
    stride, symbols = facts[STRIDE], facts[SYMBOLS]
    time = float(times[i] + facts[LENGTH])
    if has(TIERS, given):
        traded = memory[first(TIERS_STATE, given) : last(TIERS_STATE, given)]
        for row in range(m):
            add(times[i], filled, row * FILL_SIZE_OF, terms, traded)
    if has(MEASURE, given):
        constants = given[first(MEASURE, given) : last(MEASURE, given)]
        measured = memory[first(MEASURE_STATE, given) : last(MEASURE_STATE, given)]
        if constants[WAY] == KELLY:
            for row in range(n):
                learn(filled, row * FILL_SIZE_OF, constants, measured, terms)
        else:
            note(time, bars, constants, measured, symbols)
    if has(GUARDS, given):
        constants = given[first(GUARDS, given) : last(GUARDS, given)]
        guards = memory[first(GUARDS_STATE, given) : last(GUARDS_STATE, given)]
        count(bars, constants, guards, symbols)
        strike(time, constants, guards)
        for row in range(n):
            fill(filled, row * FILL_SIZE_OF, time, constants, guards, terms)
        watch(time, equity(state, account, terms, stride, symbols), constants, guards)


def passed(begin, end, times, closes, facts, terms, state, account, bars, given, memory):
    """Take the bars of one symbol from begin to end, in which nothing filled."""
    length = facts[LENGTH]
    if has(MEASURE, given):
        constants = given[first(MEASURE, given) : last(MEASURE, given)]
        measured = memory[first(MEASURE_STATE, given) : last(MEASURE_STATE, given)]
        if constants[WAY] != KELLY:  # which closes a window has are its last
            for j in range(max(begin, end - 1 - int(constants[WINDOW])), end):
                bars[CLOSE] = closes[j]
                note(float(times[j] + length), bars, constants, measured, 1)
    if has(GUARDS, given):
        constants = given[first(GUARDS, given) : last(GUARDS, given)]
        guards = memory[first(GUARDS_STATE, given) : last(GUARDS_STATE, given)]
        if constants[CRON] == 1.0:
            if end - begin > 1:
                strike(float(times[end - 2] + length), constants, guards)
            strike(float(times[end - 1] + length), constants, guards)
        if constants[LOCK_DRAWDOWN] == 0.0:
            guards[SETS] += float(end - begin)
            guards[place_of(0, constants) + BARS_SEEN] += float(end - begin)
        else:
            guard(begin, end, times, closes, length, terms, state, account, bars, constants, guards)


def guard(begin, end, times, closes, length, terms, state, account, bars, constants, guards):
    """Let the equity at each close of one symbol lock the Strategy."""
    quantity = from_units(state[LOTS], terms[LOT])
    for j in range(begin, end):
        bars[CLOSE] = closes[j]
        count(bars, constants, guards, 1)
        value = account[CASH]
        if quantity != 0.0:
            value += quantity * closes[j]
        watch(float(times[j] + length), value, constants, guards)


def reach(i, end, times, facts, state, given, memory):
    """Return the bar before which bars from i on may be passed over.

    A position is closed at the first close outside the hours, if that is what the schedule says.
    """
    if state[LOTS] == 0.0 or not flattens(given):
        return end
    return min(end, outside_from(i, times, facts, given, memory) + 1)


def flattens(given):
    """Whether the schedule closes positions outside its hours."""
    return has(GUARDS, given) and given[first(GUARDS, given) + FLATTEN] == 1.0


def outside_from(i, times, facts, given, memory):
    """Return the first bar from i on whose close is outside the hours, or the number of all."""
    at = first(OWN_STATE, given) + OUTSIDE_AT
    if memory[at] < i:
        constants = given[first(GUARDS, given) : last(GUARDS, given)]
        j = i
        while j < facts[BARS] and is_open(float(times[j] + facts[LENGTH]), constants):
            j += 1
        memory[at] = float(j)
    return int(memory[at])


def asks(i, times, facts, state, given, memory):
    """Whether orders may be made at the close of bar set i that no rule wants.

    A portfolio has to see each close: it knows its calendar by them.
    """
    if has(PORTFOLIO, given):
        return True
    if i < facts[DECIDES]:
        return False
    if has(JOINT, given):
        return True
    if not has(GUARDS, given):
        return False
    closing = flattens(given) and outside_from(i, times, facts, given, memory) == i
    for symbol in range(facts[SYMBOLS]):
        block = symbol * facts[STRIDE]
        if state[block + ENTRY_SIDE] != 0.0 or (closing and state[block + LOTS] != 0.0):
            return True
    return False


def prepare(
    i, n, times, facts, sizing, terms, state, account, intents, value, given, memory, wishes,
):  # fmt: skip
    """Turn n intentions into those that may be sized; return how many."""
    stride, symbols = facts[STRIDE], facts[SYMBOLS]
    wanted = intents
    made = wishes[len(wishes) // 2 :]
    if has(PORTFOLIO, given):
        n = rotate(intents, n, state, stride, symbols, terms, times[i], value,
                   given[first(PORTFOLIO, given) : last(PORTFOLIO, given)],
                   memory[first(PORTFOLIO_STATE, given) : last(PORTFOLIO_STATE, given)],
                   made)  # fmt: skip
        wanted = made
    legs = (last(JOINT, given) - first(JOINT, given)) // LEG_SIZE_OF
    shares = given[first(JOINT, given) : last(JOINT, given)]
    if legs > 0:
        n = expand(intents, n, state, stride, legs, shares, made)
        wanted = made
    if has(MEASURE, given):
        resize(wanted, n, given[first(MEASURE, given) : last(MEASURE, given)],
               memory[first(MEASURE_STATE, given) : last(MEASURE_STATE, given)])  # fmt: skip
    if has(GUARDS, given):
        m = admit(wanted, n, state, stride, symbols, float(times[i] + facts[LENGTH]),
                  given[first(GUARDS, given) : last(GUARDS, given)],
                  memory[first(GUARDS_STATE, given) : last(GUARDS_STATE, given)],
                  wishes)  # fmt: skip
        note_held(wanted, n, memory[first(OWN_STATE, given) : last(OWN_STATE, given)])
    else:
        m = serve(wanted, n, 0, wishes)
    if legs > 0:
        m = share(wishes, m, state, account, terms, stride, symbols, value, sizing[0], sizing[1],
                  legs, shares)  # fmt: skip
    return m


def note_held(wanted, n, own):
    """Count the entries of n intentions that the guards have held back."""
    for row in range(n):
        action = wanted[row * INTENT_SIZE_OF + INTENT_ACTION]
        if action < 0.0:
            own[HELD_AT + int(-action)] += 1.0


def prepared(intents, wishes):
    """Return where `prepare` left them."""
    return wishes


def complete(m, sized, given):
    """Return how many of m orders are left once those that need each other are counted."""
    legs = (last(JOINT, given) - first(JOINT, given)) // LEG_SIZE_OF
    return all_or_none(sized, m, ORDER_SIZE_OF, ORDER_EFFECT, legs) if legs > 0 else m


def word_of(tag, given):
    """Return the tag under which a trade remembers why it was entered or left.

    What no rule wanted has a tag below 0; its words follow those of the program.
    """
    if tag == -MISSING:
        return given[PROGRAM_WORDS] + REASONS
    return tag if tag >= 0.0 else given[PROGRAM_WORDS] - tag
