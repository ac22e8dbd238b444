"""Joint positions, such as pairs: the step that makes legs of what `rules.joint` decides.

The rules want one position at a time; each of its legs is an order of its own, and all of them are
ordered or none. A position of which a leg is missing, for whatever reason, is closed.
"""

from tradewinds.engine.joint.joint import Joint
from tradewinds.engine.joint.settings import joint_from

__all__ = ["Joint", "joint_from"]
