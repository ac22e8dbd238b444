"""Why a question cannot be answered, for the person who asked it.

InputError
├── DataMissingError   bars or trading rules are not stored: import them
└── UnsupportedError   the spec asks for what nothing executes yet
"""

from tradewinds.process.exits import InputError


class DataMissingError(InputError):
    """The store does not have what a run reads; the message says the range and how to get it."""

    reason = "DataMissing"


class UnsupportedError(InputError):
    """The spec asks for more than can run today; the message names each field."""

    reason = "Unsupported"
