"""A bot stays small: it loads nothing that only others need."""

import subprocess
import sys

HEAVY = {"numpy", "numba", "pandas", "pyarrow", "pydantic", "yaml", "asyncpg", "sqlite3"}


def test_bot_loads_no_package_of_the_others() -> None:
    text = "import sys, tradewinds.trade.run; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, timeout=30, check=True
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "aiohttp" in loaded
    assert not loaded & HEAVY
