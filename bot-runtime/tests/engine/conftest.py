"""Makes the engine's test material (oracle, random rules, Numba twins) importable for its tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
