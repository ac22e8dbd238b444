"""Named places on the road of an order at which a test may stop the process dead.

The service awaits its hook at each; in production that is `pass_by`. A test that passes another
one kills itself with SIGKILL there, and then looks at what a restart makes of the rest.
"""

from collections.abc import Awaitable, Callable
from enum import StrEnum

Hook = Callable[["Failpoint"], Awaitable[None]]


class Failpoint(StrEnum):
    """The awaits of the order path, in order."""

    BEFORE_APPEND = "before-append"
    AFTER_APPEND = "after-append"
    BEFORE_ANSWER = "before-answer"
    BEFORE_SEND = "before-send"
    AFTER_SEND = "after-send"
    BEFORE_CANCEL = "before-cancel"
    AFTER_CANCEL = "after-cancel"
    BEFORE_FILL = "before-fill"
    AFTER_FILL = "after-fill"
    BEFORE_SNAPSHOT = "before-snapshot"


async def pass_by(_: Failpoint) -> None:
    """Do nothing."""
