"""What the checks return: one verdict each, with findings that name a line or an indicator."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Check = Literal["repeat", "outside", "lookAhead", "warmup", "start"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that makes results unbelievable.

    `time` is the close of the first bar set where it showed, `where` the line or the rule that
    ordered, `names` the indicators and attributes that differed there. None and empty: not known.
    """

    sentence: str
    time: int | None = None
    symbol: str | None = None
    where: str | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settling:
    """How long an indicator still shows where its bars began.

    `bars` counts those after the first decision until it stays within tolerance, None if it never
    did; `moves` is the difference at the first decision, in the indicator's usual moves a bar.
    """

    name: str
    bars: int | None
    moves: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one check: what was done, and what it found.

    Not `checked`: there were too few bars, as `done` says.
    """

    check: Check
    done: str
    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()
    settling: tuple[Settling, ...] = ()
    checked: bool = True

    @property
    def ok(self) -> bool:
        return not self.findings

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as JSON."""
        body = asdict(self)
        return {"check": body.pop("check"), "ok": self.ok, **body}
