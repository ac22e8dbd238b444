"""What the engine refuses, in words for the trader who must mend it.

EngineError
├── PlanError      a spec, an instrument or costs that cannot be traded as they are
├── StrategyError  a wrong call of a Python strategy, with its method and the remedy
├── RowError       an order or fill that no row can hold (from the wire)
└── StateError     a snapshot or a sequence of events that does not fit this fold
"""


class EngineError(Exception):
    """The root of what the engine raises."""


class PlanError(EngineError):
    """A Strategy that cannot be traded as its spec, instruments and costs stand."""


class StrategyError(EngineError):
    """A Python strategy that called the engine wrongly, or could not be loaded."""


class RowError(EngineError):
    """An order or a fill whose words or figures no row can hold."""


class StateError(EngineError):
    """A snapshot or an order of events that does not belong to this fold."""
