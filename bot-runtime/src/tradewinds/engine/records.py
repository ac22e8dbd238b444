"""The flat records that strategies, sizing and fills exchange.

Everything the engine passes on is a row of floats in a flat buffer (a list in CPython, a NumPy
array under Numba), so that one source text serves both. A row's fields are the constants below;
whole numbers (lots, ticks, milliseconds) are exact in a float up to 2**53. Times are UTC in
milliseconds. A missing value is NaN, never zero.
"""

from typing import Final

# A bar set is one row per symbol, in the order of the Strategy's symbols; a symbol without a bar
# at this time (a gap) has NaN in every field.
OPEN: Final = 0
HIGH: Final = 1
LOW: Final = 2
CLOSE: Final = 3
VOLUME: Final = 4
BAR_SIZE: Final = 5

# What an order is, and the words for it in the order hash, the ledger and reports.
MARKET: Final = 1
LIMIT: Final = 2
STOP: Final = 3
STOP_LOSS: Final = 4
TAKE_PROFIT: Final = 5
EXPIRED: Final = 6  # an entry's end without a fill: its bars are over
NO_CASH: Final = 7  # the same: the cash at the fill buys less than the venue's minimum
TRAILING_STOP: Final = 8  # a stop loss where closed bars have moved it
BREAK_EVEN: Final = 9  # the same, moved to the entry
TIME_STOP: Final = 10
POST_ONLY: Final = 11  # an entry's end: it would have taken what rests, and must not
STOP_LIMIT: Final = 12  # a limit order from the touch of its stop price on
LIQUIDATION: Final = 13
FUNDING: Final = 14  # no fill: what a perpetual pays at a funding time, as FILL_FEE of no lots
CLOSED: Final = 15  # the end of an entry that has filled in part: its position is being closed
KIND_WORDS: Final = (
    "", "market", "limit", "stop", "stopLoss", "takeProfit", "expired", "cash", "trailingStop",
    "breakEven", "timeStop", "postOnly", "stopLimit", "liquidation", "funding",
    "closed",
)  # fmt: skip

BUY: Final = 1
SELL: Final = -1
SIDE_WORDS: Final = {BUY: "buy", SELL: "sell"}

ENTER: Final = 1
EXIT: Final = 2
CANCEL: Final = 3  # take back the entry that rests; only Python strategies do
EFFECT_WORDS: Final = ("", "enter", "exit", "cancel")

# How a protection's distance or price is meant; it is turned into a price at the fill.
NO_PROTECTION: Final = 0
BY_FRACTION: Final = 1  # of the entry's fill price
BY_DISTANCE: Final = 2  # in quote currency
AT_PRICE: Final = 3
BY_R: Final = 4  # a multiple of the distance from fill price to stop loss

# The parts of a bracket beyond one stop loss and one take profit. The same run of fields stands in
# an intention, in an order and with the entry that lives, from its *_PARTS place on.
PART_SET: Final = 0  # 0: none of what follows
PART_TRAIL_MODE: Final = 1  # of the best price since the fill
PART_TRAIL: Final = 2
PART_FROM_MODE: Final = 3  # the gain from which the trailing stop follows
PART_FROM: Final = 4
PART_EVEN_MODE: Final = 5  # the gain at which the stop loss moves to the entry
PART_EVEN: Final = 6
PART_EVEN_OFFSET: Final = 7  # fraction of the entry's price beyond it
PART_AGE: Final = 8  # bars after which the position is closed, 0: never
PART_STEPS: Final = 9  # how many steps of take profit follow
PART_STEP: Final = 10
PART_STEP_MODE: Final = 0
PART_STEP_VALUE: Final = 1
PART_STEP_SHARE: Final = 2  # of the lots held after the fill
PART_STEP_SIZE_OF: Final = 3
MOST_STEPS: Final = 10
PARTS_SIZE_OF: Final = PART_STEP + MOST_STEPS * PART_STEP_SIZE_OF

# How an entry is sized. SIZE_PLAN takes the Strategy's own `sizing`.
SIZE_PLAN: Final = 0
SIZE_EQUITY: Final = 1  # a fraction of equity, as notional
SIZE_QUOTE: Final = 2  # an amount of quote currency
SIZE_RISK: Final = 3  # a fraction of equity lost at the stop loss
SIZE_QUANTITY: Final = 4  # an amount of base currency
SIZE_LAST: Final = 5  # a share of what the entry before it filled
SIZE_VOLATILITY: Final = 6  # these two are measured, and reach `size` as SIZE_EQUITY
SIZE_KELLY: Final = 7

# Intention: what a strategy wants, before sizing. One row in `out` of `step`.
INTENT_SYMBOL: Final = 0
INTENT_ACTION: Final = 1  # ENTER, EXIT or CANCEL
INTENT_SIDE: Final = 2  # BUY or SELL: the side of the order, so an EXIT of a long is SELL
INTENT_KIND: Final = 3  # MARKET, LIMIT, STOP or STOP_LIMIT
INTENT_PRICE: Final = 4  # limit or stop price, NaN for market; of STOP_LIMIT the limit
INTENT_VALID_BARS: Final = 5  # bars of that symbol the order lives, 0 until cancelled
INTENT_SIZE_MODE: Final = 6
INTENT_SIZE: Final = 7
INTENT_STOP_MODE: Final = 8
INTENT_STOP: Final = 9
INTENT_TARGET_MODE: Final = 10
INTENT_TARGET: Final = 11
INTENT_TAG: Final = 12  # index into the strategy's reasons
INTENT_PRIORITY: Final = 13  # the highest is served first where places are few, NaN last
INTENT_ADD: Final = 14  # 0: opens a position; n: adds to one, by the n-th rule that does
INTENT_PARTS: Final = 15
INTENT_TRIGGER: Final = INTENT_PARTS + PARTS_SIZE_OF  # of STOP_LIMIT alone: its stop price
INTENT_SIZE_OF: Final = INTENT_TRIGGER + 1

# Order: an intention in lots and ticks. The content of an intent to the gateway.
ORDER_SYMBOL: Final = 0
ORDER_EFFECT: Final = 1  # ENTER, EXIT or CANCEL
ORDER_SIDE: Final = 2
ORDER_KIND: Final = 3
ORDER_LOTS: Final = 4
ORDER_TICKS: Final = 5  # 0 for market
ORDER_VALID_BARS: Final = 6
ORDER_STOP_MODE: Final = 7
ORDER_STOP: Final = 8
ORDER_TARGET_MODE: Final = 9
ORDER_TARGET: Final = 10
ORDER_TAG: Final = 11
ORDER_ADD: Final = 12  # as of its intention
ORDER_PARTS: Final = 13
ORDER_POST: Final = ORDER_PARTS + PARTS_SIZE_OF  # 1: a limit order that must not take
ORDER_TRIGGER: Final = ORDER_POST + 1  # stop price of STOP_LIMIT, whose limit is ORDER_TICKS
ORDER_SIZE_OF: Final = ORDER_TRIGGER + 1

# Fill: what happened to an order inside a bar.
FILL_SYMBOL: Final = 0
FILL_EFFECT: Final = 1  # ENTER or EXIT
FILL_SIDE: Final = 2
FILL_KIND: Final = 3  # MARKET, LIMIT, STOP, STOP_LOSS, TAKE_PROFIT; EXPIRED or NO_CASH
FILL_LOTS: Final = 4  # 0 for an entry's end and for FUNDING
FILL_TICKS: Final = 5  # the price after slippage
FILL_FEE: Final = 6  # quote currency
FILL_REST: Final = 7  # lots of its order that go on resting, 0: the order is over
FILL_SIZE_OF: Final = 8
ROWS_A_SYMBOL: Final = 2 * MOST_STEPS + 5  # of a bar: steps, entry, its end, steps, stop; funding

# Block 0 of a symbol's state. Written by the fill step alone; rules read the first four.
LOTS: Final = 0  # signed, 0 when flat
AVERAGE_PRICE: Final = 1  # NaN when flat
LAST_FILL_PRICE: Final = 2  # NaN before the first fill
BARS_IN_TRADE: Final = 3  # closed bars of this symbol after the one that filled; NaN when flat
ENTRY_SIDE: Final = 4  # 0: no entry order is live
ENTRY_KIND: Final = 5
ENTRY_LOTS: Final = 6
ENTRY_TICKS: Final = 7
ENTRY_BARS_LEFT: Final = 8  # 0: until cancelled
ENTRY_STOP_MODE: Final = 9
ENTRY_STOP: Final = 10
ENTRY_TARGET_MODE: Final = 11
ENTRY_TARGET: Final = 12
EXIT_LOTS: Final = 13  # 0: no closing market order is live
STOP_TICKS: Final = 14  # 0: no stop loss rests
TARGET_TICKS: Final = 15  # 0: no take profit rests
LAST_CLOSE: Final = 16  # NaN before the first bar; marks the position for equity
ENTRY_ADD: Final = 17  # as of its order
ENTRY_PARTS: Final = 18
MOVES: Final = ENTRY_PARTS + PARTS_SIZE_OF  # 0: the position has no further parts of a bracket
TARGET_LOTS: Final = MOVES + 1  # what the take profit that rests closes, 0: everything
BEST: Final = MOVES + 2  # price, since the newest entry filled
LIMIT_BAR: Final = MOVES + 3  # in the bar in which a limit or stop-limit entry filled: its kind
TRAIL_MODE: Final = MOVES + 4
TRAIL: Final = MOVES + 5
TRAIL_FROM: Final = MOVES + 6  # price from which the trailing stop follows, 0: it does
RAISED: Final = MOVES + 7  # price to which closed bars have moved the stop loss, 0: they have not
RAISED_KIND: Final = MOVES + 8
EVEN_FROM: Final = MOVES + 9  # price at which the stop loss moves to the entry, 0: no more
EVEN_STOP: Final = MOVES + 10  # where it then stands
AGE: Final = MOVES + 11  # bars after which the position is closed, 0: never
STEPS: Final = MOVES + 12  # how many steps of take profit wait behind the one that rests
STEP: Final = MOVES + 13
STEP_TICKS: Final = 0
STEP_LOTS: Final = 1
STEP_SIZE_OF: Final = 2
LAST_LOTS: Final = STEP + MOST_STEPS * STEP_SIZE_OF  # of the position's newest entry
ADDED: Final = LAST_LOTS + 1  # how often each rule that adds to a position has filled in this one
MOST_ADDS: Final = 8
ENTRY_POST: Final = ADDED + MOST_ADDS  # 1: must not take in the bar to come, 2: it rests by now
ENTRY_FILLED: Final = ENTRY_POST + 1  # lots of the live entry that have filled by now
LEAVING: Final = ENTRY_POST + 2  # kind of a stop whose rest leaves at the next opens, 0: none
ENTRY_TRIGGER: Final = ENTRY_POST + 3  # stop price of STOP_LIMIT, below 0 once it was touched
POSITION_SIZE_OF: Final = ENTRY_POST + 4

# Terms of a symbol: constants of the run, one row per symbol.
TICK: Final = 0
LOT: Final = 1
MIN_NOTIONAL: Final = 2  # quote currency
MAKER_FEE: Final = 3  # fraction of notional
TAKER_FEE: Final = 4
SLIPPAGE: Final = 5  # fraction of price, against us, on market and stop fills
CAN_SHORT: Final = 6  # 1 for derivatives, 0 for spot
MAKES_ONLY: Final = 7  # 1 where limit orders must not take
IMPACT: Final = 8  # fraction of price that a fill as large as its bar's volume pays on top
LEVERAGE: Final = 9  # notional over equity that an entry may reach, the same in every row
FUNDING_RATE: Final = 10  # fraction of notional that a long pays at each funding time, 0 for spot
MAINTENANCE: Final = 11  # fraction of notional that equity must exceed, 0 for spot
LIQUIDATION_FEE: Final = 12  # fraction of notional, on top of the taker fee
VOLUME_SHARE: Final = 13  # of its bar's volume that fills at most, 0: all of it and more
RATES_AT: Final = 14  # place in the terms of the symbol's first stored funding rate
RATES_END: Final = 15  # the place behind its last; 0 in every row: FUNDING_RATE is for all times
TERMS_SIZE_OF: Final = 16

# Stored funding rates: rows behind those of the symbols, the oldest first.
RATE_TIME: Final = 0
RATE: Final = 1
RATE_MARK: Final = 2  # price that the notional is of, NaN: the close
RATE_SIZE_OF: Final = 3

# The Strategy's own account.
CASH: Final = 0  # quote currency
FEES_PAID: Final = 1
FUNDING_PAID: Final = 2  # negative: more was received
ACCOUNT_SIZE_OF: Final = 3
