"""The most memory that a process takes for our sweep, in MB, with all that it imports.

python memory.py BARS.npz

The program was compiled before, as for whoever asks twice; to compile it takes 0.1 GB more.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

import numpy as np
import ours  # type: ignore[import-not-found]  # beside this script


def main() -> int:
    with np.load(sys.argv[1]) as bars:
        columns = {name: bars[name][:100_000].copy() for name in bars.files}
    ours.sweep(columns)()
    print(_peak())
    return 0


def _peak() -> float:
    status = Path("/proc/self/status")
    if status.exists():  # where rusage would also know the process that started this one
        (line,) = [each for each in status.read_text().splitlines() if each.startswith("VmHWM")]
        return int(line.split()[1]) / 1e3
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    sys.exit(main())
