"""Why a container ended, in words: from its exit code and the end of its log.

Our verbs log one JSON line when they end on purpose, with `exitCode` and `reason`; the kubelet
hands the last two kilobytes of the log over as the termination message, so a long line may have
lost its beginning.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

BAD_INPUT: Final = 2  # exit codes of the verbs; anything else is a crash
FENCED: Final = 3
_LONGEST: Final = 600  # characters of a process's own words


@dataclass(frozen=True, slots=True)
class Ending:
    """What ended a container, and whether only a person can change that."""

    reason: str
    message: str
    exit_code: int

    @property
    def final(self) -> bool:
        """Whether it will end so again, however often it is started."""
        return self.exit_code == BAD_INPUT


def read_ending(subject: str, terminated: Mapping[str, Any] | None) -> Ending:
    """Read a container's `terminated` state; None says only that there was one."""
    state = terminated or {}
    code = int(state.get("exitCode", 1))
    reason, words = _last_words(str(state.get("message") or ""))
    if state.get("reason") == "OOMKilled":
        message = f"{subject} was killed: it needed more memory than its limit. Raise the limit"
        return Ending("OutOfMemory", message, code)
    if code == BAD_INPUT:
        return Ending(reason or "InputRefused", words or f"{subject} refused its input", code)
    if code == FENCED:
        message = f"{subject} ended, since another process has taken its place"
        return Ending("Fenced", message, code)
    said = f": {words}" if words else ""
    return Ending(reason or "Crashing", f"{subject} ended with exit code {code}{said}", code)


def _last_words(text: str) -> tuple[str, str]:
    lines = text.strip().splitlines()
    if not lines:
        return "", ""
    try:
        body = json.loads(lines[-1])
        reason, message = str(body.get("reason", "")), str(body["message"])
        error = str(body.get("traceback", "")).strip().rpartition("\n")[2]
    except (AttributeError, KeyError, ValueError):
        return "", _tail(lines[-1])
    return reason, _short(error or message)


def _tail(line: str) -> str:
    return _short(line.rpartition("\\n")[2].removesuffix('"}'))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
