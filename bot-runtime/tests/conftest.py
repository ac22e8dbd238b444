"""Real servers for whoever asks by a fixture's name."""

pytest_plugins = ("tradewinds_e2e.plugin",)
