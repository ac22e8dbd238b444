"""All checks of one question, one after the other."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from tradewinds.backtesting.errors import UnsupportedError
from tradewinds.backtesting.prepare import Prepared, prepare, strategy_of
from tradewinds.checking.lookahead import check_lookahead
from tradewinds.checking.outside import Outside
from tradewinds.checking.repeat import check_repeat
from tradewinds.checking.start import check_start
from tradewinds.checking.subject import Subject
from tradewinds.checking.warmup import check_warmup
from tradewinds.engine.classes.modules import forget

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tradewinds.backtesting.series import Source
    from tradewinds.checking.findings import Verdict


async def check_question(
    question: Mapping[str, Any], source: Source, tick: Callable[[], None] = lambda: None
) -> tuple[Prepared, list[Verdict]]:
    """Check the strategy of a question on stored bars; `tick` hears of each run.

    Raises as a backtest does when the question cannot be answered or the class fails.
    """
    modules = question.get("modules", {})
    forget()  # so that what its modules read while they are imported is heard
    with Outside() as outside:
        outside.files = frozenset(modules)
        prepared = await prepare(question, source)
        if prepared.detail is not None:
            raise UnsupportedError(
                f"{prepared.name}: a check runs without detail. Check the Strategy itself, or "
                "leave spec.data.detailTimeframe and detail out"
            )
        spec = strategy_of(question)
        outside.files |= _installed(spec)
        subject = Subject(
            name=prepared.name,
            spec=spec,
            modules=modules,
            plan=prepared.plan,
            bars=prepared.bars,
            start=prepared.start,
            end=prepared.end,
            warmup=prepared.warmup,
            tick=tick,
        )
        whole = subject.run()
    repeat = check_repeat(subject, whole)
    if not repeat.ok:  # every other check compares two runs, and would say the same again
        return prepared, [repeat, outside.verdict()]
    return prepared, [
        repeat,
        outside.verdict(),
        check_lookahead(subject, whole),
        check_warmup(subject),
        check_start(subject, whole),
    ]


def _installed(spec: Mapping[str, Any]) -> frozenset[str]:
    python = spec.get("python") or {}
    module = sys.modules.get(python.get("module", ""))
    file = getattr(module, "__file__", None)
    return frozenset({file} if file else ())
