pytest_plugins = ("tradewinds_e2e.plugin",)
