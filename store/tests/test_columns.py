import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from tradewinds_store.columns import to_arrow, to_numpy

BARS = Path(__file__).parents[2] / "data" / "binance_BTC-USDT_1h_2024.csv.gz"
IMPORT = """
import asyncio, sys
from pathlib import Path
from tradewinds_store.files import read_bars_file
from tradewinds_store.open import open_store
from tradewinds_store.records import Series

async def main(file, folder):
    bars = read_bars_file(Path(file), "1h")
    series = Series("binance", "BTC/USDT", "1h")
    async with open_store(folder) as store:
        assert await store.bars.write(series, bars) == len(bars)
        assert len(await store.bars.read(series, 0, 2**60)) == len(bars)
    assert "pandas" not in sys.modules

asyncio.run(main(*sys.argv[1:]))
"""


def test_import_and_reading_load_no_pandas(tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    words = [sys.executable, "-c", IMPORT, str(BARS), str(tmp_path / "store")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "column",
    [
        np.array([1, -2, 2**62]),
        np.array([0.1, -0.0, 1e300, np.nan]),
        np.arange(10.0)[::2],
        np.arange(3, dtype=np.float32),
        np.empty(0),
    ],
)
def test_columns_come_back_as_they_went(
    column: "np.ndarray[tuple[int], np.dtype[np.generic]]",
) -> None:
    arrow = to_arrow(column)
    arrow.validate(full=True)
    assert arrow.null_count == 0
    np.testing.assert_array_equal(to_numpy(arrow), column)


def test_what_is_missing_is_nan() -> None:
    np.testing.assert_array_equal(to_numpy(pa.array([1.0, None])), [1.0, np.nan])
