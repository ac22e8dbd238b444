"""Lets processes start one another as `python -m tradewinds`, whatever is on the PATH."""

from tradewinds.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
