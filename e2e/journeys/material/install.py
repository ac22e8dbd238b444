"""Installs the chart for the journeys, and puts market data into its store and into one here."""

import base64
import json
import os
from pathlib import Path
from typing import Final

import yaml
from bots import OF_JOURNEYS
from installation import BARS, CHART, ROOT, SYSTEM, Site

from tradewinds_e2e.cluster import Cluster, connect
from tradewinds_e2e.setup.cluster import HELM, KUBERNETES

IMAGES: Final = ROOT / "dist" / "images"
VALUES: Final = Path(__file__).parents[1] / "values.yaml"
MORE_VALUES: Final = "TRADEWINDS_JOURNEY_VALUES"  # a file, for a cluster with other images


def installed(folder: Path) -> Site:
    """Install or upgrade the chart on the cluster at hand, and return it ready for trading."""
    cluster = connect()
    HELM.build()
    if cluster.layout is not None:
        for archive in sorted(IMAGES.glob("*.tar")):
            cluster.load_image(archive)
    site = Site(
        cluster=cluster,
        kubectl_path=KUBERNETES.program("kubectl"),
        helm_path=HELM.program("helm"),
        values=_values(),
        store=folder / "store",
    )
    for name in (SYSTEM, *_trading()):
        _restricted(cluster, name)
    site.upgrade()
    if cluster.layout is not None:  # the images' names are the same as before, their content is not
        site.restart_operator()
    for name in _trading():
        _empty(site, name)
    label = ",".join(f"{name}={value}" for name, value in OF_JOURNEYS.items())
    site.kubectl("delete", "tradinghalts", "--selector", label)
    _import(site, str(site.store))
    with site.forwarded("service/tradewinds-timescaledb", 5432) as port:
        password = folder / "password"
        password.write_text(_password(site, "tradewinds-store-collector"))
        database = f"127.0.0.1:{port}/tradewinds?password_file={password}"
        _import(site, f"postgresql://tradewinds_collector@{database}")
    return site


def _values() -> tuple[Path, ...]:
    more = os.environ.get(MORE_VALUES)
    return (CHART / "values-development.yaml", VALUES, *([Path(more)] if more else []))


def _trading() -> list[str]:
    names: list[str] = yaml.safe_load(VALUES.read_text())["tradingNamespaces"]
    return names


def _restricted(cluster: Cluster, name: str) -> None:
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    namespace = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": name, "labels": labels},
    }
    cluster.kubectl("apply", "-f", "-", stdin=json.dumps(namespace))


def _empty(site: Site, namespace: str) -> None:
    """Remove what an earlier run has left, users before what they use."""
    for kinds in ("strategies,backtests", "marketfeeds,exchangeaccounts"):
        site.kubectl("-n", namespace, "delete", kinds, "--all", "--timeout=120s")


def _password(site: Site, secret: str) -> str:
    shown = site.kubectl("-n", SYSTEM, "get", "secret", secret, "-o", "jsonpath={.data.password}")
    return base64.b64decode(shown).decode()


def _import(site: Site, store: str) -> None:
    for symbol, (file, tick, lot) in BARS.items():
        rules = ("--tick", tick, "--lot", lot, "--min-notional", "5")
        series = ("--exchange", "binance", "--symbol", symbol, "--timeframe", "1h")
        path = str(ROOT / "data" / file)
        site.tradewinds("data", "import", path, *series, *rules, "--replace", "--store", store)
