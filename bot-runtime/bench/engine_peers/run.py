"""How fast the engine is beside its peers: medians of five, in one run, on the same bars.

    python bench/engine_peers/run.py [--json] [--repeats 5] [--only NAME]

Each line is a function in LINES that returns what we take, what the peer takes or the limit is, and
the ratio that it must reach; a line may have no target of its own. Exits 1 when one is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import environment  # type: ignore[import-not-found]  # beside this script
import ours  # type: ignore[import-not-found]  # the same

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


MEMORY: Final = Path(__file__).with_name("memory.py")
SLOW: Final = 2  # repetitions of what takes vectorbt half a minute and many GB


@dataclass(frozen=True, slots=True)
class Line:
    """One measured line: `ours` and `limit` are seconds or MB, `ratio` is limit over ours."""

    work: str
    ours: float
    beside: str
    limit: float
    ratio: float
    target: float | None
    unit: str = "s"

    @property
    def met(self) -> bool:
        return self.target is None or self.ratio >= self.target


@dataclass(frozen=True, slots=True)
class Bench:
    """What every line needs."""

    python: Path
    file: Path
    columns: dict[str, Any]
    repeats: int

    def peer(self, task: str, most: int = 100) -> float:
        repeats = min(self.repeats, most)
        return float(median(environment.peer(self.python, task, self.file, repeats)))

    def ours(self, task: Callable[[], object], *, warm: bool = True) -> float:
        if warm:
            task()
        return median([_timed(task) for _ in range(self.repeats)])


def single(bench: Bench) -> Sequence[Line]:
    seconds = bench.ours(ours.single(bench.columns))
    work = "single backtest, stop loss, fee, trades, all metrics"
    return [
        _line(work, seconds, "vectorbt, the same", bench.peer("single"), 14.0),
        _line(work, seconds, "vectorbt without a stop", bench.peer("bare_single"), None),
    ]


def sweep(bench: Bench) -> Sequence[Line]:
    seconds = bench.ours(ours.sweep(bench.columns))
    work, most = "1,000 parameter sets x 100,000 bars", min(SLOW, bench.repeats)
    peak = float(subprocess.check_output([sys.executable, MEMORY, bench.file]))
    return [
        _line(work, seconds, f"vectorbt, {most} times", bench.peer("sweep", most), 70.0),
        _line(f"{work}, peak", peak, "at most 0.35 GB", 350.0, 1.0, "MB"),
    ]


def indicators(bench: Bench) -> Sequence[Line]:
    peer = bench.peer("indicators")
    whole = bench.ours(ours.indicators(bench.columns))
    alone = bench.ours(ours.indicators_alone(bench.columns))
    return [
        _line(
            "a backtest of rules that read ten indicators", whole, "TA-Lib, those", peer, 1 / 1.2
        ),
        _line("ten indicators, each for itself", alone, "TA-Lib", peer, None),
    ]


def streaming(bench: Bench) -> Sequence[Line]:  # noqa: ARG001  # it makes bars of its own
    script = Path(__file__).parents[1] / "compiled.py"
    done = subprocess.run(
        [sys.executable, script, "--json"], check=False, capture_output=True, text=True
    )
    found = json.loads(done.stdout)
    step, bare = found["compiledMicrosPerBar"] / 1e6, found["bareMicrosPerBar"] / 1e6
    return [_line("ten indicators of one bar in a bot", step, "bare code", bare, 0.5)]


def cold(bench: Bench) -> Sequence[Line]:
    with tempfile.TemporaryDirectory() as cache:
        ours.cold(bench.columns, cache, bars=1_000)()  # Python keeps its bytecode
        task = ours.cold(bench.columns, cache)
        first = _timed(task)
        ours.await_compiled(cache)
        seconds = bench.ours(task, warm=False)
    work = "first result of a cold process"
    return [
        _line(f"{work}, compiled before", seconds, "at most 1.5 s", 1.5, 1.0),
        _line(f"{work}, never compiled", first, "at most 6 s", 6.0, 1.0),
    ]


def classes(bench: Bench) -> Sequence[Line]:
    script = Path(__file__).parents[1] / "classes.py"
    done = subprocess.run(
        [sys.executable, script, "--json", "--peer", bench.python],
        check=False,
        capture_output=True,
        text=True,
    )
    found = json.loads(done.stdout)
    second, peer = 1 / found["classBarsPerSecond"], 1 / found["backtestingPyBarsPerSecond"]
    return [_line("a bar of a Python class (on_bar)", second, "backtesting.py", peer, 3.0)]


def trades(bench: Bench) -> Sequence[Line]:
    seconds = bench.ours(ours.trades(bench.columns))
    return [_line("10 M trades to bars", seconds, "pandas", bench.peer("trades"), 3.0)]


LINES: Final = (single, classes, sweep, indicators, streaming, cold, trades)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", choices=[each.__name__ for each in LINES])
    asked = parser.parse_args()
    met = True
    with tempfile.TemporaryDirectory() as folder:
        file, columns = environment.made_bars(Path(folder))
        bench = Bench(environment.prepare(), file, columns, asked.repeats)
        for each in LINES:
            if asked.only in {None, each.__name__}:
                for line in each(bench):
                    met &= line.met
                    print(
                        json.dumps(asdict(line) | {"met": line.met}) if asked.json else _text(line)
                    )
                    sys.stdout.flush()
    return 0 if met else 1


def _line(
    work: str, ours: float, beside: str, limit: float, target: float | None, unit: str = "s"
) -> Line:
    return Line(work, ours, beside, limit, limit / ours, target, unit)


def _text(line: Line) -> str:
    verdict = "met" if line.met else "MISSED"
    aim = "" if line.target is None else f"  at least {line.target:.2f}: {verdict}"
    unit, scale = ("ms", 1e3) if line.unit == "s" else (line.unit, 1.0)
    figures = (f"{figure * scale:12.4f} {unit}" for figure in (line.ours, line.limit))
    return f"{line.work:52}{line.beside:24}{' '.join(figures)} {line.ratio:7.2f} x{aim}"


def _timed(task: Callable[[], object]) -> float:
    began = time.perf_counter()
    task()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
