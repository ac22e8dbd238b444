"""Strategies as Python classes: what a trader subclasses, and the decider around it."""
