"""Whether a call asks what a manifest may ask: judged by the contract, told in the call's words.

A manifest is checked when it is read, and the words of a call were never in a file. So they are put
into the manifest that asks the same, and the contract judges that: a misspelt bracket must not
become a run without a stop loss.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tradewinds.notebook.errors import CallError
from tradewinds_crds.errors import ManifestError, advice
from tradewinds_crds.manifests import load_text
from tradewinds_crds.names import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME: Final = "notebook"
EVER: Final = {"from": "1970-01-01", "to": "2200-01-01"}
"""What stands for a period that the bars will say."""


def judged(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return a question in plain JSON; CallError with all that the contract refuses of it."""
    plain: dict[str, Any] = json.loads(json.dumps(question, default=_plain))
    problems = [line for kind, spec in _specs(plain) for line in _problems(kind, spec)]
    if problems:
        raise CallError(f"{plain['metadata']['name']}: " + "\n  ".join(dict.fromkeys(problems)))
    return plain


def _specs(question: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    spec = question["spec"]
    yield "Backtest", {**spec, "period": {**EVER, **spec.get("period", {})}}
    if "strategy" in question:
        yield "Strategy", question["strategy"]["spec"]


def _problems(kind: str, spec: Mapping[str, Any]) -> Iterator[str]:
    manifest = {
        "apiVersion": API_VERSION,
        "kind": kind,
        "metadata": {"name": NAME},
        "spec": spec,
    }
    try:
        load_text(json.dumps(manifest, ensure_ascii=False), NAME)
    except ManifestError as error:
        for problem in error.problems:
            yield advice(problem.message.removeprefix("strategy."), problem.remedy)


def _plain(value: Any) -> Any:
    """Return a number of NumPy as Python has it, and anything else as it is shown."""
    return value.item() if hasattr(value, "item") else repr(value)
