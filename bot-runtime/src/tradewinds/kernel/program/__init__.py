"""The texts that are compiled: the engine's own functions, and those made for one strategy."""
