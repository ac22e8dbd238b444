"""The demo: real market data, two strategies, one answer from a backtest and from paper bots.

Imports a year of hourly bars, backtests both strategies, trades both on paper through real
processes over the same bars, and compares the order hashes. Ends with the path of a report to
open, and with exit code 0 only if each pair of hashes is the same.
"""

import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / ".tradewinds" / "demo"  # made anew by every run, left behind to be looked at
STORE = WORK / "store"
FOLDER = WORK / "bots"
INSTRUMENTS = {"BTC/USDT": ("0.01", "0.00001"), "ETH/USDT": ("0.01", "0.0001")}


def tradewinds(*arguments: str) -> str:
    """Run a command and return what it printed; a failure ends the demo with its message."""
    command = [sys.executable, "-m", "tradewinds", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=WORK)
    if done.returncode:
        sys.exit(f"tradewinds {' '.join(arguments)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def import_bars() -> None:
    for symbol, (tick, lot) in INSTRUMENTS.items():
        file = ROOT / "data" / f"binance_{symbol.replace('/', '-')}_1h_2024.csv.gz"
        series = ("--exchange", "binance", "--symbol", symbol, "--timeframe", "1h")
        rules = ("--tick", tick, "--lot", lot, "--min-notional", "5")
        out = tradewinds("data", "import", str(file), *series, *rules, "--store", str(STORE))
        print(f"  {out.strip().splitlines()[0]}")


def backtest(name: str) -> Path:
    """Return the file of the result; the report on it lies beside it."""
    out = tradewinds("backtest", str(FOLDER / f"{name}.yaml"), "--store", str(STORE))
    found = re.search(r"   report (runs/\w+)\.html   ", out)
    if found is None:
        sys.exit(f"tradewinds backtest {name}: it wrote no report\n{out}")
    return WORK / f"{found[1]}.json"


def compare(results: list[Path]) -> Path:
    """Return one report on all results."""
    page = WORK / "report.html"
    tradewinds("report", *(str(path) for path in results), "--html", str(page))
    return page


def trade_on_paper() -> dict[str, dict[str, Any]]:
    """Run everything under `up` to the end of the replay; return the bots' last rows by name."""
    command = ["up", str(FOLDER), "--store", str(STORE), "--until-finished", "--json"]
    lines = tradewinds(*command).splitlines()
    end = json.loads(lines[-1])["end"]
    return {row["name"]: row for row in end["strategies"]}


def main() -> int:
    started = time.monotonic()
    shutil.rmtree(WORK, ignore_errors=True)
    shutil.copytree(ROOT / "manifests" / "demo", FOLDER)
    names = sorted(path.stem for path in FOLDER.glob("*.yaml") if is_strategy(path))
    print("importing market data")
    import_bars()
    print("backtesting")
    results = {name: backtest(name) for name in names}
    answers = {name: json.loads(path.read_text()) for name, path in results.items()}
    print("trading the same bars on paper: a gateway, a collector, a bot each")
    bots = trade_on_paper()
    same = show(answers, bots)
    page = compare(list(results.values()))
    print(f"\n{time.monotonic() - started:.0f} s; look around in {WORK.relative_to(ROOT)}")
    print(f"report to open: {page.relative_to(ROOT)}")
    return 0 if same else 1


def is_strategy(path: Path) -> bool:
    return "kind: Strategy" in path.read_text()


def show(answers: dict[str, dict[str, Any]], bots: dict[str, dict[str, Any]]) -> bool:
    """Print a row for each strategy; return whether all hashes are the same."""
    header = ("strategy", "bars", "orders", "trades", "return", "backtest", "paper bot", "")
    rows = [header]
    for name, answer in answers.items():
        backtest_hash, paper_hash = answer["orderHash"], bots[name]["orders"]
        stats = answer["stats"]
        rows.append(
            (
                name,
                f"{len(answer['equity']):,}",
                str(len(answer["orders"])),
                bots[name]["trades"],
                f"{stats['totalReturn']:+.2%}",
                backtest_hash[:12],
                paper_hash[:12],
                "same" if backtest_hash == paper_hash else "DIFFERENT",
            )
        )
    widths = [max(len(row[i]) for row in rows) for i in range(len(header))]
    print()
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)))
    return len(rows) > 1 and all(row[-1] == "same" for row in rows[1:])


if __name__ == "__main__":
    sys.exit(main())
