"""The most memory that a process takes for our sweep, in MB, with all that it imports.

python memory.py BARS.npz

The program was compiled before, as for whoever asks twice; to compile it takes 0.1 GB more.
"""

from __future__ import annotations

import resource
import sys

import numpy as np
import ours  # type: ignore[import-not-found]  # beside this script


def main() -> int:
    with np.load(sys.argv[1]) as bars:
        columns = {name: bars[name][:100_000].copy() for name in bars.files}
    ours.sweep(columns)()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(peak / (1e6 if sys.platform == "darwin" else 1e3))
    return 0


if __name__ == "__main__":
    sys.exit(main())
