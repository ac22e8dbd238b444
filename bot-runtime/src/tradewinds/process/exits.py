"""How a process ends: the exit code says who must act.

    Exit                     a known end, logged as one message without a traceback
    ├── InputError       2   the person who wrote the spec, the file or the command line
    └── FencedError      3   nobody: another process has taken over, this one must not come back

Anything else that escapes is a bug or a lost dependency: it is logged with its traceback, the
code is 1, and a restart is the recovery.
"""

import asyncio
import logging
from collections.abc import Coroutine
from enum import IntEnum
from typing import Any, ClassVar

logger = logging.getLogger(__name__)


class ExitCode(IntEnum):
    """The exit codes of every verb."""

    OK = 0
    FAILED = 1
    BAD_INPUT = 2
    FENCED = 3


class Exit(Exception):  # noqa: N818  an end is not always an error, its subclasses say when
    """A known reason to end the process; the message is for the person who reads the log."""

    code: ClassVar[ExitCode] = ExitCode.FAILED
    reason: ClassVar[str] = "Crashing"  # one word, which the operator shows as it is


class InputError(Exit):
    """What was given cannot work; the message names the subject, the value and the remedy."""

    code = ExitCode.BAD_INPUT
    reason = "InputRefused"


class FencedError(Exit):
    """A newer process holds the right to write."""

    code = ExitCode.FENCED
    reason = "Fenced"


def run(main: Coroutine[Any, Any, None]) -> int:
    """Run a verb to its end and return its exit code; whatever ended it is logged once."""
    try:
        asyncio.run(main)
    except Exit as end:
        known = {"exitCode": int(end.code), "reason": end.reason}
        logger.error(str(end), extra=known)  # noqa: TRY400  known, so no traceback
        return end.code
    except Exception:
        logger.exception("ended by an unexpected error; a restart recovers")
        return ExitCode.FAILED
    return ExitCode.OK
