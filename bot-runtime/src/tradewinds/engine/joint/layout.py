"""Where the figures of the legs lie in their flat buffer of constants; there is no state."""

from typing import Final

# A leg: the first of them leads.
PLACE: Final = 0  # of its symbol
SHARE: Final = 1  # of the whole notional, negative on the other side; all add up to 1 unsigned
LEG_SIZE_OF: Final = 2

ROWS_A_LEG: Final = 2  # what a leg does at one close at most: take an entry's rest back, and close

MISSING: Final = 100  # the negative is the tag of what closes because a leg is missing
MISSING_WORDS: Final = "a leg is missing"
