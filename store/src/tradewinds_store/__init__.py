"""Bars, ledger, queue and results behind ports, on one folder or on TimescaleDB."""
