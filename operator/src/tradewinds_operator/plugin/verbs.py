"""The verbs and where they live, so that `--help` imports none of them."""

from typing import Final, NamedTuple


class Verb(NamedTuple):
    """A command: `target` is imported when it is called, `line` is its line in `--help`."""

    target: str
    line: str


_HOME: Final = "tradewinds_operator.plugin"
LOOKING: Final = {
    "status": Verb(f"{_HOME}.status:status", "Show what is declared, and what is wrong with it."),
    "top": Verb(f"{_HOME}.top:top", "Show what each bot holds, earned and ordered."),
    "positions": Verb(f"{_HOME}.books:positions", "Show open positions."),
    "orders": Verb(f"{_HOME}.books:orders", "Show orders and their fills."),
    "report": Verb(f"{_HOME}.report:report", "Show what a Backtest found."),
    "logs": Verb(f"{_HOME}.logs:logs", "Show what a bot, a gateway or a collector says."),
    "history": Verb(f"{_HOME}.history:history", "Show the specs that a Strategy had."),
}
ACTING: Final = {
    "halt": Verb(f"{_HOME}.halt:halt", "Stop opening positions until resumed."),
    "resume": Verb(f"{_HOME}.resume:resume", "Release a halt by name."),
    "rollback": Verb(f"{_HOME}.rollback:rollback", "Give a Strategy an old spec again."),
    "roll-out": Verb(f"{_HOME}.rollout:roll_out", "Let a Strategy's new spec take over."),
}
SECTIONS: Final = (("To look", LOOKING), ("To act", ACTING))
VERBS: Final = LOOKING | ACTING
