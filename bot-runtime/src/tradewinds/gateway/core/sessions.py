"""Who may order for a Strategy: one pod at a time, by an epoch that only ever grows."""

from typing import Any

from tradewinds.gateway.core.adoption import Estate, adopt, estate_of
from tradewinds.gateway.core.books import kept_symbols
from tradewinds.gateway.core.commands import Decision, Granted, OpenSession
from tradewinds.gateway.core.draft import Draft, refuse
from tradewinds.gateway.core.events import PlanRecorded, SessionGranted
from tradewinds.gateway.core.policy import Mode, Policy
from tradewinds.gateway.core.state import Start, State, StrategyState
from tradewinds_crds.scalars import parse_money


def open_session(state: State, command: OpenSession) -> Decision:
    """Grant the next epoch, or say why not."""
    estate = _estate(state, command)
    refusal = _refusal(state, command) or _adoption_refusal(command.policy, estate)
    if refusal is not None:
        return refuse(state, *refusal)
    policy = command.policy
    draft = Draft(state)
    known = state.strategies.get(policy.uid)
    record = _record(command, known, estate)
    if record is not None:
        draft.add(record)
    one = draft.state.strategies[policy.uid]
    start = one.starts.get(command.code, Start(command.anchor, command.start))
    draft.add(
        SessionGranted(
            time=command.now,
            strategy=policy.uid,
            epoch=one.epoch + 1,
            pod=command.pod,
            generation=command.generation,
            code=command.code,
            layout=command.layout,
            anchor=start.anchor,
            start=start.start,
            snapshot=command.snapshot,
        )
    )
    adopt(draft, policy.uid, estate, command.now)
    granted = Granted(one.epoch + 1, start.anchor, start.start)
    return draft.decision(command.now, granted)


def _refusal(state: State, command: OpenSession) -> tuple[str, str] | None:
    policy = command.policy
    subject = policy.subject
    if not policy.complete:
        return "ViewIncomplete", f"{subject}: the gateway has not yet seen all objects; try again"
    if not policy.known or policy.deleted:
        return "Superseded", f"{subject} was removed; its bot must end"
    if policy.mode is Mode.LIVE:
        return "Unsupported", f"{subject}: stage Live is not executed yet; use Paper"
    if policy.unsupported:
        return "Unsupported", f"{subject}: {'; '.join(policy.unsupported)}"
    one = state.strategies.get(policy.uid)
    if one is not None and command.pod in one.superseded:
        return "Superseded", f"{subject}: pod {command.pod} was superseded by {one.pod}"
    return _generation_refusal(command, one) or _currency_refusal(command, one)


def _generation_refusal(command: OpenSession, one: StrategyState | None) -> tuple[str, str] | None:
    policy = command.policy
    if command.generation > policy.generation:
        return "ViewIncomplete", (
            f"{policy.subject}: the bot has generation {command.generation}, the gateway's view "
            f"{policy.generation}; try again"
        )
    recorded = None if one is None else one.record.generation
    if command.generation < policy.generation and command.generation != recorded:
        return "Superseded", (
            f"{policy.subject}: the bot has generation {command.generation}, which never traded; "
            f"now it is {policy.generation}"
        )
    return None


def _currency_refusal(command: OpenSession, one: StrategyState | None) -> tuple[str, str] | None:
    if one is None or command.generation != command.policy.generation:
        return None
    quote = parse_money(command.terms.spec["capital"]).currency
    if quote == one.plan.quote:
        return None
    return "Unsupported", (
        f"{command.policy.subject}: spec.capital was in {quote}, and its money is in "
        f"{one.plan.quote}; make another Strategy for another currency"
    )


def _estate(state: State, command: OpenSession) -> Estate:
    """Return what a Strategy that asks to take over finds; nothing once it has begun."""
    policy = command.policy
    if not policy.adopt or policy.uid in state.strategies:
        return Estate()
    return estate_of(state, policy, command.gone, command.terms.spec["symbols"])


def _adoption_refusal(policy: Policy, estate: Estate) -> tuple[str, str] | None:
    if estate.waits:
        return "PredecessorBusy", (
            f"{policy.subject}: the deleted Strategy of this name is not done yet: {estate.waits}; "
            "try again"
        )
    if estate.taken and policy.mode is not Mode.PAPER:
        return "Unsupported", (
            f"{policy.subject}: adopt takes over a Paper position, and spec.stage was "
            f"{policy.mode}; use Paper, or leave adopt out"
        )
    return None


def _record(command: OpenSession, one: StrategyState | None, estate: Estate) -> PlanRecorded | None:
    """Return the plan to record: none when the pod trades what is recorded already."""
    policy, terms = command.policy, command.terms
    if command.generation != policy.generation:
        return None
    rows: dict[str, dict[str, Any]] = {row["symbol"]: row for row in terms.instruments}
    rows |= dict(kept_symbols(one))
    rows |= {one.symbol: one.of.record.instruments[one.place] for one in estate.taken}
    listed = tuple(terms.spec["symbols"])
    symbols = listed + tuple(symbol for symbol in rows if symbol not in listed)
    record = PlanRecorded(
        time=command.now,
        strategy=policy.uid,
        name=policy.name,
        namespace=policy.namespace,
        generation=command.generation,
        symbols=symbols,
        spec=terms.spec,
        instruments=tuple(rows[symbol] for symbol in symbols),
        costs=terms.costs,
    )
    return None if one is not None and _same(record, one.record) else record


def _same(record: PlanRecorded, other: PlanRecorded) -> bool:
    return (record.generation, record.symbols, record.spec, record.instruments, record.costs) == (
        other.generation,
        other.symbols,
        other.spec,
        other.instruments,
        other.costs,
    )
