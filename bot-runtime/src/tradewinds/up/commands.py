"""The command line of each process, the same that a pod gets: only addresses and paths differ."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tradewinds.up.folder import StateFolder
from tradewinds.up.objects import Key, Object
from tradewinds.up.processes import Wanted
from tradewinds.up.reconcile import Bot, Desired, template
from tradewinds_crds.canonical import digest


@dataclass(frozen=True, slots=True)
class CommandLines:
    """Builds what the supervisor should run for one folder and one store."""

    folder: StateFolder
    store: str

    def url(self, process: str) -> str:
        return f"unix:{self.folder.socket(process)}"

    def all(self, desired: Desired, objects: Mapping[Key, Object]) -> dict[str, Wanted]:
        """Return the wanted processes by name."""
        wanted = [
            *(
                self.gateway(name, objects[Key("ExchangeAccount", name)])
                for name in desired.gateways
            ),
            *(
                self.collect(name, objects[Key("MarketFeed", name)], gateways)
                for name, gateways in desired.feeds.items()
            ),
            *(self.trade(bot) for bot in desired.bots),
        ]
        return {one.name: one for one in wanted}

    def processes_of(self, bot: Bot) -> set[str]:
        """Return the names of the processes without which a bot cannot trade."""
        name = bot.strategy["metadata"]["name"]
        return {f"trade/{name}", f"gateway/{bot.account}", f"collect/{bot.feed}"}

    def gateway(self, account: str, resource: Object) -> Wanted:
        name = f"gateway/{account}"
        spec = self.folder.spec("ExchangeAccount", account)
        arguments = (
            *("gateway", "--spec", str(spec)),
            *("--objects", str(self.folder.objects)),
            *("--store", self.store),
            *("--head", str(self.folder.head(resource["metadata"]["uid"]))),
        )
        return self._wanted(name, arguments, digest(resource["spec"]))

    def collect(self, feed: str, resource: Object, gateways: list[str]) -> Wanted:
        name = f"collect/{feed}"
        spec = self.folder.spec("MarketFeed", feed)
        paced = [word for one in gateways for word in ("--gateway", self.url(f"gateway/{one}"))]
        arguments = ("collect", "--spec", str(spec), "--store", self.store, *paced)
        arguments += ("--alone",)  # a folder may be a feed and nothing else
        return self._wanted(name, arguments, digest([resource["spec"], gateways]))

    def trade(self, bot: Bot) -> Wanted:
        metadata = bot.strategy["metadata"]
        name = f"trade/{metadata['name']}"
        arguments = (
            "trade",
            *("--spec", str(self.folder.rolled_out(metadata["uid"]))),
            *("--gateway", self.url(f"gateway/{bot.account}")),
            *("--bars", self.url(f"collect/{bot.feed}")),
            *("--token-file", str(self.folder.token(metadata["uid"]))),
        )
        return self._wanted(name, arguments, metadata["uid"] + template(bot.strategy))

    def work(self, number: int) -> Wanted:
        arguments = ("work", "--store", self.store, "--cluster", self.folder.cluster())
        return self._wanted(f"work/{number}", arguments, str(number))

    def _wanted(self, name: str, arguments: tuple[str, ...], digest_: str) -> Wanted:
        parent = ("--die-with-parent", str(os.getpid()))
        return Wanted(name, (*arguments, "--listen", self.url(name), *parent), digest_)


def strategy_object(folder: StateFolder, strategy: Object, bars: str) -> Object:
    """Add what a gateway must know of a Strategy here: its bars and the hash of its token."""
    from hashlib import sha256  # noqa: PLC0415

    token = Path(folder.token(strategy["metadata"]["uid"])).read_bytes()
    return {**strategy, "bars": bars, "tokenSha256": sha256(token).hexdigest()}
