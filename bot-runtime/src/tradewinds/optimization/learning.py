"""Methods that learn from what was tried, by Optuna; loaded only when one is asked for."""

from collections.abc import Sequence
from random import Random
from typing import Final

import optuna

from tradewinds.optimization.objective import Figures, Objective
from tradewinds.optimization.space import Set, Space

BATCH: Final = {"Bayesian": 25, "Genetic": 50}
STARTUP: Final = 50  # sets that are drawn evenly before a model is made of them
MISSES: Final = 200  # proposals for a batch that are known or not allowed
DRAWS: Final = 1_000  # at most for a set that was not tried
UNKNOWN: Final = 1e9  # how far from being counted a set is that has no objective


class Learning:
    """A study that proposes; what it proposed before is not tried again."""

    def __init__(self, name: str, space: Space, objective: Objective, seed: int) -> None:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._space, self._objective, self._batch = space, objective, BATCH[name]
        self._study = optuna.create_study(
            sampler=_sampler(name, seed),
            directions=[optuna.study.StudyDirection.MAXIMIZE] * len(objective.metrics),
        )
        self._random = Random(seed)  # noqa: S311 - a seed that can be repeated
        self._known: set[tuple[float, ...]] = set()
        self._open: dict[tuple[float, ...], optuna.trial.Trial] = {}
        if space.default is not None:
            self._study.enqueue_trial(_encoded(space, space.default))

    def ask(self, most: int) -> Sequence[Set]:
        """Return sets that were not tried; none when no more are found."""
        batch: list[Set] = []
        misses = 0
        while len(batch) < min(most, self._batch) and misses < MISSES:
            if misses >= 2 * self._batch:  # it proposes what is known: try anything that is not
                self._study.enqueue_trial(_encoded(self._space, self._drawn()))
            trial = self._study.ask()
            candidate = self._proposed(trial)
            key = tuple(candidate.values())
            if key in self._known or key in self._open or not self._space.allows(candidate):
                self._study.tell(trial, state=optuna.trial.TrialState.FAIL)
                misses += 1
                continue
            self._open[key] = trial
            batch.append(candidate)
        return batch

    def _drawn(self) -> Set:
        """Return a new set drawn evenly, or any where hardly one is left."""
        for _ in range(DRAWS):
            candidate = self._space.draw(self._random)
            key = tuple(candidate.values())
            new = key not in self._known and key not in self._open
            if new and self._space.allows(candidate):
                break
        return candidate

    def tell(self, sets: Sequence[Set], figures: Sequence[Figures]) -> None:
        """Take the figures of the sets of the last batch, in its order."""
        for one, found in zip(sets, figures, strict=True):
            key = tuple(one.values())
            self._known.add(key)
            self._told(self._open.pop(key), found)

    def _told(self, trial: optuna.trial.Trial, figures: Figures) -> None:
        values = self._objective.values(figures)
        trial.set_constraint("defined", -1.0 if values is not None else UNKNOWN)
        if self._objective.min_trades:
            trial.set_constraint("minTrades", self._objective.lacks(figures))
        self._study.tell(trial, values or [0.0] * len(self._objective.metrics))

    def _proposed(self, trial: optuna.trial.Trial) -> Set:
        proposed = {}
        for one in self._space.dimensions:
            if one.count is None:
                low, high = float(one.low), float(one.high)
                proposed[one.name] = trial.suggest_float(one.name, low, high)
            else:
                proposed[one.name] = one.value(trial.suggest_int(one.name, 0, one.count - 1))
        return proposed


def _encoded(space: Space, values: Set) -> dict[str, float]:
    """Return a set as the study names it: places of stepped ranges."""
    return {
        one.name: values[one.name] if one.count is None else one.values().index(values[one.name])
        for one in space.dimensions
    }


def _sampler(name: str, seed: int) -> optuna.samplers.BaseSampler:
    if name == "Genetic":
        return optuna.samplers.NSGAIISampler(population_size=BATCH[name], seed=seed)
    return optuna.samplers.TPESampler(
        seed=seed, n_startup_trials=STARTUP, multivariate=True, constant_liar=True
    )
