"""What the loops do for a plain plan at the places where another asks for more: nothing.

Protections, a schedule, measured sizes and the like have their functions in `extras`, under the
same names. They stand in for these in the modules of plans that ask for one of them, so that a
plain plan's machine code knows nothing of it.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201, ARG001  # Numba finds the types; these are the others' signatures

from __future__ import annotations


def rates(i, times, facts, terms, given, memory):
    """Return the terms at which bar set i fills."""
    return terms


def closed(i, m, n, times, bars, filled, facts, terms, state, account, given, memory):
    """Take bar set i, which is marked, with its n rows of fills; the first m are no funding."""


def passed(begin, end, times, closes, facts, terms, state, account, bars, given, memory):
    """Take the bars of one symbol from begin to end, in which nothing filled."""


def reach(i, end, times, facts, state, given, memory):
    """Return the bar before which bars from i on may be passed over: `end`, or one before it."""
    return end


def asks(i, times, facts, state, given, memory):
    """Whether orders may be made at the close of bar set i that no rule wants."""
    return False


def prepare(
    i, n, times, facts, sizing, terms, state, account, intents, value, given, memory, wishes,
):  # fmt: skip
    """Turn n intentions into those that may be sized; return how many."""
    return n


def prepared(intents, wishes):
    """Return where `prepare` left them."""
    return intents


def complete(m, sized, given):
    """Return how many of m orders are left once those that need each other are counted."""
    return m


def word_of(tag, given):
    """Return the tag under which a trade remembers why it was entered or left."""
    return tag
