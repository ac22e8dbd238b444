"""Many parameter sets abreast over blocks of bars, in Numba's subset.

For each block, what sets have in common runs first: a job is one part of the program (`sharing`)
for one value of its parameters, with the very step functions that a bot calls, and leaves columns.
Then each set reads its own of them, and trades the block with the state that it had at the end of
the one before. Nothing is held for longer than a block but that state, and each column's last bar,
from which a cross in the next block starts: so a call ends at a multiple of ABREAST, unless it is
the last one.

Buffers of `loops` have a row a set here, and `offsets` one a job, for a set keeps its position and
`memory` alone. A job's row says which part it runs, where its state begins and ends, which set's
parameters it has, where its columns go, and of each part where the columns are that it takes;
`places` says the last of each set.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# ruff: noqa: ANN001, ANN201  # entries take all buffers alike; Numba finds the types

from __future__ import annotations

from tradewinds.kernel.passes.facts import ABREAST, LENGTH, ORIGIN
from tradewinds.kernel.passes.loops import traded


def column(
    kind, begin, end, times, opens, highs, lows, closes, volumes, length, state, parameters,
    offsets, columns, into, job,
):  # fmt: skip
    """Stand for the run of a part over a block; made of the program's step."""


def own(
    begin, end, times, opens, highs, lows, closes, volumes, length, parameters, offsets, columns,
    places, wakes, tests, values,
):  # fmt: skip
    """Stand for what a set makes of its columns; made of the program's step."""


def abreast(
    begin, until, times, opens, highs, lows, closes, volumes, ends, facts, sizing, terms,
    parameters, offsets, state, account, bars, inside, filled, intents, sized, wakes, tests, values,
    tags, opened, rows, curve, days, dates, orders, fills, worth, sums, zeros, given, memory,
    wishes, states, jobs, places, columns,
):  # fmt: skip
    """Run all sets over the bars from `begin` until one."""
    length = facts[0, LENGTH]
    i = begin
    while i < until:
        end = min(i + ABREAST, until)
        for at in range(len(jobs)):
            job = jobs[at]
            column(job[0], i, end, times, opens, highs, lows, closes, volumes, length,
                   states[job[1]:job[2]], parameters[job[3]], offsets[at], columns, job[4],
                   job[5:])  # fmt: skip
        for one in range(len(facts)):
            own(i, end, times, opens, highs, lows, closes, volumes, length, parameters[one],
                offsets[0], columns, places[one], wakes, tests, values)  # fmt: skip
            facts[one, ORIGIN] = i
            traded(i, end, times, opens, highs, lows, closes, volumes, ends, facts[one], sizing,
                   terms, parameters[one], offsets[0], state[one], account[one], bars, inside,
                   filled, intents, sized, wakes, tests, values, tags[one], opened[one],
                   rows[one], curve[one], days[one], dates, orders, fills, worth, sums[one],
                   zeros, given, memory[one], wishes)  # fmt: skip
        i = end
