"""The page of the strategies that come with Tradewinds, from the list that the checker reads."""

from typing import Final

import yaml

from tradewinds_crds.rules.library import LIBRARY, Builtin

_HEAD: Final = """<!-- Written by `python -m tradewinds_crds.generate`. Change the library. -->
# Strategies that come with Tradewinds

Name one instead of writing `rules`; everything else of a Strategy (symbols, capital, sizing,
bracket, protections) is yours, and `parameters` override its numbers:

```yaml
spec:
  builtin: {name: ema-cross}
  parameters: {fast: 9}
```

Or copy its rules into your manifest and change them: they decide the same. They are starting
points, well known and no promise; `tradewinds optimize` searches the ranges named here, and says
how much of the best result is luck.
"""


def library_text() -> str:
    """Return the page: every strategy with its idea, its weakness and its rules."""
    return "\n".join([_HEAD, *map(_section, LIBRARY.values())])


def _section(one: Builtin) -> str:
    rules = yaml.safe_dump({"rules": one.rules}, sort_keys=False, width=96, allow_unicode=True)
    words = f"{one.kind.capitalize()}. {one.sentence} {one.suffers}"
    return f"## {one.name}\n\n{words}\n\n```yaml\n{rules}```\n"
