"""The servers under test are the fixtures that every member uses."""

pytest_plugins = ("tradewinds_e2e.plugin", "pytester")
