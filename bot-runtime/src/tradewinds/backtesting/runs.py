"""The folder `runs`: a file with the whole result of each run, and a report to open beside it.

A run is named by its orders. What cannot be written is said, and does not take the answer away.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tradewinds.backtesting.recall import Recalled, note

RUNS: Final = Path("runs")


def keep(answer: Mapping[str, Any], *, report: bool, verb: str = "") -> str:
    """Write an answer; say where its report is, or else the result, or why they are not.

    `verb` sets apart what is not a single run, such as `optimize`.
    """
    name = "-".join(part for part in (answer["orderHash"][:8], verb) if part)
    path = RUNS / f"{name}.json"
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(answer, allow_nan=False) + "\n", encoding="utf-8")
    except OSError as error:
        return f"result not written ({path}: {error.strerror})"
    note(answer, path)
    return _report(answer, path.with_suffix(".html")) if report else f"result {path}"


def keep_again(recalled: Recalled, *, report: bool) -> str:
    """Say where a recalled answer is; a report that is gone is written again."""
    path = recalled.path.with_suffix(".html")
    if not report:
        return f"result {recalled.path}"
    return f"report {path}" if path.exists() else _report(recalled.whole(), path)


def _report(answer: Mapping[str, Any], path: Path) -> str:
    from tradewinds import reporting  # noqa: PLC0415 - loads Jinja2

    try:
        reporting.write([answer], path, "html")
    except reporting.ReportError as error:
        return f"report not written ({error})"
    return f"report {path}"
