"""Why a question failed: one word that `kubectl get bt` shows, and a sentence with its remedy."""

import logging
from dataclasses import dataclass

from tradewinds.engine.errors import EngineError
from tradewinds.process.exits import Exit
from tradewinds_store.errors import StoreError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Failure:
    """What is told of a task that failed."""

    reason: str
    message: str


def failure(error: Exception) -> Failure:
    """Return what is told of an error; one that nobody foresaw is logged with its traceback."""
    if isinstance(error, Exit):
        return Failure(error.reason, str(error))
    if isinstance(error, EngineError):
        return Failure("StrategyFailed", str(error))
    if isinstance(error, StoreError):
        return Failure("DataCorrupt", str(error))
    log.error("unexpected error", exc_info=error)
    message = f"{type(error).__name__}: {error}. The worker's log has the details."
    return Failure("RunFailed", message)
