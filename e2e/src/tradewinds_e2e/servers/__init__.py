"""Real servers as context managers: tests run against what production runs against.

Each module has one `running()`. A server binds loopback on a port of its own, keeps its data in a
folder that goes with it, and dies with the process that started it, however that ends.
"""
