"""Why a search cannot be made, or found nothing, for the person who asked for it.

InputError
├── SpaceError              the space to search is empty, or names what is not there
└── NothingQualifiedError   it was searched, and no set may be counted
"""

from tradewinds.process.exits import InputError


class SpaceError(InputError):
    """`search` or `constraints` do not fit the Strategy; the message names the parameter."""

    reason = "SearchRefused"


class NothingQualifiedError(InputError):
    """No parameter set made enough trades, or has the objective at all."""

    reason = "NothingQualified"
