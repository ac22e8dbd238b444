"""Runs and sweeps: the buffers that the loops take, and the answers made of what they leave."""
