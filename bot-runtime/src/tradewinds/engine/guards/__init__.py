"""What decides whether a wanted entry may be made: protections, the schedule, who goes first.

A step between a decider and sizing, the same for rules and Python classes. It only ever holds
entries back; what closes passes at all times.
"""

from tradewinds.engine.guards.admit import admit, serve
from tradewinds.engine.guards.guards import Guards, HeldBack
from tradewinds.engine.guards.settings import GuardTerms, guards_from

__all__ = ["GuardTerms", "Guards", "HeldBack", "admit", "guards_from", "serve"]
