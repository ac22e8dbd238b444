"""Faults on purpose: what stands between a program and a server, and lets it down at one point."""
