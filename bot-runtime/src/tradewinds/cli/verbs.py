"""The verbs and where they live, so that `--help` is shown without importing any of them."""

from typing import Final, NamedTuple


class Verb(NamedTuple):
    """A command: `target` is imported when it is called, `line` is its line in `--help`."""

    name: str
    target: str
    line: str


FOR_PEOPLE: Final = (
    Verb("new", "tradewinds.cli.new:new", "Write a strategy to start from into a new folder."),
    Verb("validate", "tradewinds.cli.validate:validate", "Check manifests without running them."),
    Verb("backtest", "tradewinds.backtesting.command:backtest", "Run a strategy over stored bars."),
    Verb("optimize", "tradewinds.optimization.command:optimize", "Search better parameters."),
    Verb(
        "walkforward",
        "tradewinds.optimization.command:walkforward",
        "Choose parameters and trade them out of sample.",
    ),
    Verb("combine", "tradewinds.combining.command:combine", "Share one capital among strategies."),
    Verb("check", "tradewinds.checking.command:check", "Look for look-ahead and warm-up effects."),
    Verb("report", "tradewinds.cli.report:report", "Write reports of runs, or compare them."),
    Verb("up", "tradewinds.up.command:up", "Run everything in a folder on this machine."),
    Verb("data", "tradewinds.data.command:data", "Import, list, export and check bars."),
    Verb("halt", "tradewinds.desk.command:halt", "Stop opening positions until resumed."),
    Verb("resume", "tradewinds.desk.command:resume", "Release a halt by name."),
    Verb("status", "tradewinds.desk.command:status", "Show what runs and how it stands."),
    Verb("positions", "tradewinds.desk.command:positions", "Show open positions."),
    Verb("orders", "tradewinds.desk.command:orders", "Show orders and their fills."),
)
FOR_PODS: Final = (
    Verb("trade", "tradewinds.trade.command:trade", "Decide for one Strategy."),
    Verb("gateway", "tradewinds.gateway.command:gateway", "Order for one ExchangeAccount."),
    Verb("collect", "tradewinds.collect.command:collect", "Serve bars of one MarketFeed."),
    Verb("work", "tradewinds.work.command:work", "Answer one queued Backtest, then exit."),
    Verb("migrate", "tradewinds.cli.migrate:migrate", "Bring a store's schema up to date."),
)
SECTIONS: Final = (("For people", FOR_PEOPLE), ("For pods", FOR_PODS))
VERBS: Final = {verb.name: verb for _, verbs in SECTIONS for verb in verbs}
