"""The verdicts as text: a line for each check, and what it found below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tradewinds.terminal.text import when

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tradewinds.backtesting.prepare import Prepared
    from tradewinds.checking.findings import Finding, Verdict

LABELS: Final = {
    "repeat": "repeats",
    "outside": "outside",
    "lookAhead": "look-ahead",
    "warmup": "warm-up",
    "start": "start",
}
MOST_NAMES: Final = 6


def text(prepared: Prepared, verdicts: Sequence[Verdict]) -> str:
    """Return the whole text."""
    symbols = ", ".join(prepared.plan.symbols)
    period = f"{when(prepared.start)} → {when(prepared.end)}"
    head = f"{prepared.name}  {symbols} {prepared.plan.timeframe}  {period}"
    lines = [line for verdict in verdicts for line in _lines(verdict)]
    found = sum(not verdict.ok for verdict in verdicts)
    last = (
        "nothing found: what it ordered, it could have known"
        if not found
        else (
            f"{found} of {len(verdicts)} checks found something: do not believe this backtest yet"
        )
    )
    return "\n".join([head, *lines, last])


def to_json(prepared: Prepared, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Return the same as one object."""
    return {
        "name": prepared.name,
        "symbols": list(prepared.plan.symbols),
        "timeframe": prepared.plan.timeframe,
        "period": {"from": prepared.start, "to": prepared.end},
        "warmup": prepared.warmup,
        "ok": all(verdict.ok for verdict in verdicts),
        "checks": [verdict.to_json() for verdict in verdicts],
    }


def _lines(verdict: Verdict) -> Iterator[str]:
    word = "FOUND" if verdict.findings else "ok   " if verdict.checked else "-    "
    yield f"{LABELS[verdict.check]:11}{word}  {verdict.done}"
    for finding in verdict.findings:
        yield f"  {_place(finding)}{finding.sentence}"
        if finding.names:
            shown = ", ".join(finding.names[:MOST_NAMES])
            more = len(finding.names) - MOST_NAMES
            yield f"  differs there: {shown}{f' and {more} more' if more > 0 else ''}"
    for remark in verdict.remarks:
        yield f"  {remark}"


def _place(finding: Finding) -> str:
    parts = [finding.where or "", when(finding.time) if finding.time is not None else ""]
    parts.append(finding.symbol or "")
    said = "  ".join(part for part in parts if part)
    return f"{said}: " if said else ""
