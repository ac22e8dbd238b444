"""Answers at once: what was answered before, on the same data by the same code, is not run again.

Beside each result in `runs` lies a note under the hash of its question, with all of the answer that
a terminal shows. It holds for as long as the result's file is the one that was written with it.
Results are the user's and stay; of the notes those that were asked for last stay.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final

import tradewinds
import tradewinds_crds
import tradewinds_store
from tradewinds.kernel.pruning import prune, touch
from tradewinds_crds.canonical import digest

NOTES: Final = "answers"
OURS: Final = (tradewinds, tradewinds_crds, tradewinds_store)
MOST: Final = 64 * 1024 * 1024
LONG: Final = frozenset({"orders", "fills", "trades", "equity", "charts"})


@dataclass(frozen=True, slots=True)
class Recalled:
    """An answer without its long lists, and the file that has them."""

    answer: dict[str, Any]
    path: Path
    remark: ClassVar[str] = "   answered before (--fresh runs it again)"

    def whole(self) -> dict[str, Any]:
        """Return all of the answer."""
        found: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        return found


def note(answer: Mapping[str, Any], path: Path) -> None:
    """Remember where an answer was written; a note that cannot be written is none."""
    place = _place(path.parent, answer["provenance"]["key"])
    try:
        place.parent.mkdir(exist_ok=True)
        body = json.dumps({"file": path.name, "stamp": _stamp(path), "answer": _short(answer)})
        aside = place.with_suffix(".part")
        aside.write_text(body, encoding="utf-8")
        aside.replace(place)
        prune(place.parent, place.parent.glob("*.json"), most=MOST)
    except OSError:
        return


def recall(runs: Path, key: str) -> Recalled | None:
    """Return what was answered to the question of this hash, None if that is not there."""
    try:
        kept = json.loads(_place(runs, key).read_text(encoding="utf-8"))
        path = runs / kept["file"]
        if kept["stamp"] != _stamp(path):
            return None
        touch(_place(runs, key))
        return Recalled(kept["answer"], path)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _short(answer: Mapping[str, Any]) -> dict[str, Any]:
    short = {name: part for name, part in answer.items() if name not in LONG}
    if "strategies" in answer:
        short["strategies"] = [_short(one) for one in answer["strategies"]]
    return short


def _place(runs: Path, key: str) -> Path:
    return runs / NOTES / f"{digest([key, _code()])}.json"


def _stamp(path: Path) -> list[int]:
    said = path.stat()
    return [said.st_size, said.st_mtime_ns]


@cache
def _code() -> str:
    """Return a hash that changes with any file of the installed code."""
    roots = [Path(str(package.__file__)).parent for package in OURS]
    files = [(root, file) for root in roots for file in sorted(root.rglob("*.py"))]
    return digest([[str(file.relative_to(root.parent)), *_stamp(file)] for root, file in files])
