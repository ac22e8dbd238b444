"""Command lines to copy, by verb, for `docs/cli.md`. A test parses each of them."""

from typing import Final

EXAMPLES: Final = {
    "new": ("tradewinds new my-bot",),
    "validate": (
        "tradewinds validate manifests/demo/btc-trend.yaml",
        "tradewinds validate manifests --json",
    ),
    "backtest": (
        "tradewinds backtest manifests/demo/btc-trend.yaml",
        "tradewinds backtest manifests/samples/breakout.yaml --from 2024-06-01 --to 2024-09-01",
        "tradewinds backtest manifests/demo/btc-trend.yaml --set fast=9 --set slow=30",
        (
            "tradewinds backtest manifests/demo/btc-trend.yaml "
            "--data data/binance_BTC-USDT_1h_2024.csv.gz"
        ),
        "tradewinds backtest manifests/demo/btc-trend.yaml --benchmark ETH/USDT",
        "tradewinds backtest manifests/samples/macd.yaml --json",
    ),
    "combine": (
        (
            "tradewinds combine manifests/samples/macd.yaml manifests/samples/breakout.yaml "
            "--capital '10000 USDT' --weights 60%,40%"
        ),
        "tradewinds combine manifests/samples/several-bots/together.yaml --benchmark BTC/USDT",
    ),
    "check": (
        "tradewinds check manifests/demo/btc-trend.yaml",
        "tradewinds check manifests/samples/rsi-breakout.yaml --from 2024-03-01 --json",
    ),
    "report": (
        "tradewinds report runs/7c1e94a0.json",
        "tradewinds report runs/7c1e94a0.json runs/03fe11d2.json --html comparison.html",
        "tradewinds report runs/7c1e94a0.json --pdf btc-trend.pdf --csv tables --parquet tables",
        "tradewinds report runs/7c1e94a0.json --template desk.html",
    ),
    "up": ("tradewinds up manifests/demo",),
    "data import": (
        (
            "tradewinds data import data/binance_BTC-USDT_1h_2024.csv.gz "
            "--exchange binance --symbol BTC/USDT --timeframe 1h"
        ),
        (
            "tradewinds data import bars.parquet --exchange kraken --symbol ETH/EUR --timeframe 5m "
            "--tick 0.01 --lot 0.00000001 --min-notional 0.5"
        ),
        (
            "tradewinds data import funding.csv --funding --exchange binanceusdm "
            "--symbol BTC/USDT:USDT"
        ),
    ),
    "data list": ("tradewinds data list", "tradewinds data list --store postgresql://host/bars"),
    "data coverage": ("tradewinds data coverage --exchange kraken --all",),
    "data export": (
        (
            "tradewinds data export --exchange binance --symbol BTC/USDT --timeframe 1h "
            "--from 2024-03-01 --to 2024-04-01 --output march.parquet"
        ),
    ),
    "halt": (
        "tradewinds halt desk-stop --dir manifests/demo --reason 'the news'",
        "tradewinds halt btc-stop --dir manifests/demo --strategy btc-trend",
    ),
    "resume": ("tradewinds resume desk-stop --dir manifests/demo",),
    "status": ("tradewinds status --dir manifests/demo",),
    "positions": ("tradewinds positions --dir manifests/demo --json",),
    "orders": ("tradewinds orders --dir manifests/demo",),
    "work": ("tradewinds work --store postgresql://host/tradewinds",),
    "migrate": ("tradewinds migrate --store postgresql://host/tradewinds",),
}
