"""Errors that a strategy's own lines raised, in a sentence that names file, line and class.

A strategy that fails would fail again at the same bar, so its errors end a run as bad input and
not as something that a restart may mend.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Final

from tradewinds.engine.classes.seen import Bar, Fill
from tradewinds.engine.errors import StrategyError

if TYPE_CHECKING:
    from collections.abc import Collection

_NOT_THEIRS: Final = (str(Path(__file__).parent), "<frozen ")


def blamed(error: Exception, strategy: type, method: str, time: int = 0) -> StrategyError:
    """Return what a method of a strategy raised as an error of the strategy.

    `time` is the close that was decided on, 0 for none; the symbol is that of the bar at hand.
    """
    module = sys.modules.get(strategy.__module__)
    where = place_of(error, {getattr(module, "__file__", None) or ""})
    when = _moment(error, time) if time else ""
    if isinstance(error, StrategyError):
        return StrategyError(f"{where}{error}{when and f' ({when})'}")
    return StrategyError(
        f"{where}{strategy.__name__}.{method} raised {type(error).__name__}: {error}"
        f"{when and f', {when}'}. Mend the class; it would fail at this bar again"
    )


def _moment(error: Exception, time: int) -> str:
    """Say the close, and the symbol of the bar or fill that a method was called with."""
    close = f"{datetime.fromtimestamp(time / 1000, UTC):%Y-%m-%d %H:%M}"
    trace = error.__traceback__
    while trace is not None:
        for value in trace.tb_frame.f_locals.values():
            if isinstance(value, Bar | Fill):
                return f"at the close of {close} UTC, {value.symbol}"
        trace = trace.tb_next
    return f"at the close of {close} UTC"


def place_of(error: BaseException, files: Collection[str]) -> str:
    """Return `file:line: ` of the last line in one of these files that led to an error."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}: "
    frames = [
        one for one in extract_tb(error.__traceback__) if not one.filename.startswith(_NOT_THEIRS)
    ]
    own = [one for one in frames if one.filename in files] or frames
    return f"{own[-1].filename}:{own[-1].lineno}: " if own else ""
