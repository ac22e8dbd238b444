"""`kubectl tradewinds report`: what a Backtest found, and where its whole answer is."""

from typing import Any

import click

from tradewinds_crds.names import ACCEPTED, Kind
from tradewinds_crds.question import strategies_of
from tradewinds_operator.plugin.conditions import headline, statement
from tradewinds_operator.plugin.kubectl import Kubectl, Object
from tradewinds_operator.plugin.options import json_option, place_options
from tradewinds_operator.plugin.text import print_json

_FIGURES = {
    "return": "totalReturn",
    "max drawdown": "maxDrawdown",
    "Sharpe": "sharpe",
    "trades": "trades",
}


@click.command()
@click.argument("name", metavar="BACKTEST")
@place_options(everywhere=False)
@json_option
def report(kubectl: Kubectl, name: str, as_json: bool) -> None:
    """Show what BACKTEST found: figures, verdict, hash, and where the whole answer is."""
    backtest = kubectl.object(Kind.BACKTEST, name)
    if as_json:
        print_json({"name": name, "spec": backtest["spec"], "status": backtest.get("status", {})})
        return
    click.echo(_title(backtest))
    said = headline(backtest)
    state = backtest.get("status", {})
    click.echo(_line(said.get("reason", "Waiting"), state.get("progress"), said.get("message")))
    if behind(backtest):
        click.echo("The spec has changed since: these are the figures of the run before.")
    results = state.get("results")
    if results is not None:
        _show_results(backtest, results)


def behind(resource: Object) -> bool:
    """Whether the status is about an older generation than the spec's."""
    observed = resource.get("status", {}).get("observedGeneration")
    return observed is not None and int(observed) < int(resource["metadata"]["generation"])


def _show_results(backtest: Object, results: dict[str, Any]) -> None:
    figures = [f"{word} {results[key]}" for word, key in _FIGURES.items() if key in results]
    click.echo(" · ".join(figures))
    verdict = statement(backtest, ACCEPTED)
    if verdict:
        word = "accepted" if verdict["status"] == "True" else "not accepted"
        click.echo(_line(word, verdict.get("message")))
    if results.get("orderHash"):
        click.echo(f"orders {results['orderHash']}")
    run = backtest["status"].get("run")
    if run:
        click.echo(f"run {run}")
        click.echo("its orders, fills, trades and equity are in the store: table results, this key")
        click.echo("the same run on a laptop with the same bars: tradewinds backtest FILE")


def _title(backtest: Object) -> str:
    spec = backtest["spec"]
    period = f"{spec['period']['from']} → {spec['period']['to']}"
    return f"{backtest['metadata']['name']}  {_strategies(spec)}  {period}"


def _strategies(spec: dict[str, Any]) -> str:
    """Name what is tested, and of several the share of each."""
    names = strategies_of(spec)
    if len(names) <= 1:
        return f"strategy {names[0] if names else 'written inline'}"
    weights = (one.get("weight") for one in spec["strategies"])
    shares = (f"{n} {w}" if w else n for n, w in zip(names, weights, strict=True))
    return f"strategies {', '.join(shares)}"


def _line(*parts: str | None) -> str:
    return "  ".join(part for part in parts if part)
