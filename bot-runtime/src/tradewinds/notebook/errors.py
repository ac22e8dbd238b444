"""What was wrong in a call from a notebook.

InputError
└── CallError
    └── FrameError   a DataFrame is not bars; the message says which row and the pandas remedy
"""

from tradewinds.process.exits import InputError


class CallError(InputError):
    """An argument cannot work; the message names it, what it was and the remedy."""


class FrameError(CallError):
    """A DataFrame cannot be read as bars."""
