"""Volume: what was traded behind the moves."""

from __future__ import annotations

from typing import Final

from tradewinds_crds.rules.signatures import Indicator, bars, figure, window

_TRADED: Final = ("high", "low", "close", "volume")
VOLUME: Final = (
    Indicator(
        "obv",
        "Volume added on a rise and taken off on a fall, from the run's first bar on.",
        ("x",), ("volume",), (),
        warmup="1",
        source="Granville 1963; TA-Lib OBV",
    ),
    Indicator(
        "mfi",
        "Typical price times volume on rises, in percent of that on all moves; NaN while there is "
        "none.",
        (), _TRADED, (window(14),),
        span=(0.0, 100.0),
        warmup="length + 1",
        source="Quong and Soudack 1989; TA-Lib MFI, which says 0 while there is none",
    ),
    Indicator(
        "cmf",
        "Volume weighted by where the close stands in its bar, -1 to 1, over all volume.",
        (), _TRADED, (window(20),),
        source="Chaikin",
    ),
    Indicator(
        "chaikin",
        "Fast EMA of the running sum of that weighted volume less a slow one.",
        (),
        _TRADED,
        (bars("fast", 3, "Bars of the fast EMA."), bars("slow", 10, "Bars of the slow EMA.")),
        warmup="max(fast, slow)",
        source="Chaikin; TA-Lib ADOSC",
    ),
    Indicator(
        "vwap",
        "Mean of the typical prices of the last bars, weighted by volume.",
        (), _TRADED, (window(20),),
        source="its definition",
    ),
    Indicator(
        "session_vwap",
        "The same of the bars since a session began; NaN in one that had begun before the run.",
        (),
        (*_TRADED, "opened"),
        (figure("begins", 0, 0, 24, "Hour UTC at which a session begins: 13.5 is 13:30."),),
        warmup="1",
        source="its definition",
    ),
)  # fmt: skip
