import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from searching import space

from tradewinds.kernel.pruning import STAMP
from tradewinds.optimization import keeping
from tradewinds.optimization.keeping import Folder, Tried
from tradewinds.optimization.objective import Objective
from tradewinds.optimization.pace import Pace
from tradewinds.optimization.search import Searched, every, search
from tradewinds.optimization.space import Set
from tradewinds.process.exits import InputError

SPACE = space(search={"fast": "2..50", "slow": "10..200 step 2"})


class Bars:
    """Tries sets on a made-up market; counts them, and may be killed after some."""

    def __init__(self, dies_after: int = 10**9) -> None:
        self.count = 0
        self.dies_after = dies_after

    def __call__(self, sets: Sequence[Set]) -> list[Tried]:
        tried = []
        for one in sets:
            if self.count == self.dies_after:
                raise KeyboardInterrupt
            self.count += 1
            height = -abs(one["fast"] - 20.0) - abs(one["slow"] - 90.0)
            tried.append(Tried({"sharpe": height, "trades": 40.0}, np.array([height, 0.0])))
        return tried


def searched(evaluate: Bars, method: str = "Bayesian", **asked: object) -> Searched:
    said = {"method": method, "trials": 60, "seed": 3, **asked}
    return search(said, SPACE, Objective("sharpe"), evaluate, Pace(None), 1.0)


def test_trials_are_in_the_order_tried_with_what_they_made() -> None:
    found = searched(Bars())
    assert len(found.trials) == 60
    assert found.stopped == "trials"
    assert found.best is not None
    assert found.best.figures["sharpe"] == max(one.figures["sharpe"] for one in found.trials)
    assert found.daily.shape == (60, 2)


def test_patience_ends_a_search_that_finds_nothing_better() -> None:
    found = searched(Bars(), "Random", trials=5_000, patience=100)
    assert found.stopped == "patience"
    assert 100 <= len(found.trials) < 5_000


def test_end_of_the_space_ends_the_search() -> None:
    small = space()
    found = search(
        {"method": "Random", "trials": 999}, small, Objective("sharpe"), Bars(), Pace(None), 1
    )
    assert found.stopped == "space"
    assert len(found.trials) == 28


def test_daily_returns_that_would_fill_the_memory_are_thinned_evenly() -> None:
    assert every(1_000, 365) == 1
    assert every(100_000, 365) == 3
    assert every(100_000, 3_650) == 23


def test_progress_says_the_share_the_best_and_the_time_left() -> None:
    told: list[tuple[float, str]] = []

    class Line:
        note = ""

        def __call__(self, share: float) -> None:
            told.append((share, self.note))

    now = [0.0]
    pace = Pace(Line(), clock=lambda: now[0])
    pace.expect(100.0)
    pace.found("sharpe", 1.5)
    now[0] = 10.0
    pace.advance(25.0)
    pace.found("maxDrawdown", 0.125)
    now[0] = 600.0
    pace.report(25.0)
    assert told == [
        (0.25, "best sharpe 1.5 · 30 s left"),
        (0.5, "best maxDrawdown 12.5% · 10 min left"),
    ]


def test_trials_that_nobody_went_on_with_are_forgotten_beyond_the_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST", 1)
    tried = ([{"a": 1.0}], [Tried({"sharpe": 1.0}, np.ones(2))])
    for run, days in (("old", 3), ("asked for again", 3), ("yesterday", 0.9)):
        Folder(tmp_path).keep(run, *tried)
        os.utime(tmp_path / run, (time.time() - days * 86_400,) * 2)
    (tmp_path / STAMP).unlink()  # as if it were hours ago
    Folder(tmp_path).load("asked for again")
    Folder(tmp_path).keep("new", *tried)
    assert sorted(one.name for one in tmp_path.glob("*/")) == [
        "asked for again", "new", "yesterday",
    ]  # fmt: skip


def test_kept_trials_are_what_was_tried_to_the_last_bit(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    sets = [{"fast": 1 / 3, "slow": 20.0}, {"fast": 0.1, "slow": 30.0}]
    figures = {"sharpe": float("nan"), "trades": 3.0}
    tried = [
        Tried(figures, np.array([0.1, -1 / 7])),
        Tried({**figures, "sharpe": 1 / 3}, np.ones(2)),
    ]
    folder.load("run")
    folder.keep("run", sets, tried)
    folder.keep("run", sets[:1], tried[:1])
    again = Folder(tmp_path)
    found = again.load("run")
    assert again.found == 2
    assert found[1 / 3, 20.0].daily.tolist() == [0.1, -1 / 7]
    assert found[0.1, 30.0].figures == {"sharpe": 1 / 3, "trades": 3.0}
    assert again.load("another") == {}


def test_file_that_cannot_be_read_is_named_with_its_remedy(tmp_path: Path) -> None:
    file = tmp_path / "run" / "000000-1.npz"
    file.parent.mkdir()
    file.write_bytes(b"no zip")
    with pytest.raises(InputError, match=r"000000-1\.npz: .* Delete the file"):
        Folder(tmp_path).load("run")


def test_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "trials"
    blocked.write_text("a file")
    with pytest.raises(InputError, match="could not be kept"):
        Folder(blocked).keep("run", [{"a": 1.0}], [Tried({"sharpe": 1.0}, np.ones(2))])
