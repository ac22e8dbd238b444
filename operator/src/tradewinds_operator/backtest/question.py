"""What a Backtest of the cluster asks: itself, its Strategy, account and Python files, as they are.

The question is copied into the queue once for each generation, so a Strategy that is edited later
asks nothing again; `reconcile` only says that it has changed since.
"""

from collections.abc import Mapping
from typing import Any, Final

from tradewinds_crds.manifests import canonical_spec
from tradewinds_crds.names import Kind
from tradewinds_crds.question import UnaskableError, strategies_of
from tradewinds_crds.question import question as whole_question
from tradewinds_crds.support import unsupported
from tradewinds_operator.specs import refusal
from tradewinds_operator.strategy.declared import declared
from tradewinds_operator.world import Resource, World, ref_of

MODULE_ENDING: Final = ".py"


def question(world: World, backtest: Resource) -> dict[str, Any]:
    """Return what a worker is to answer; `UnaskableError` says why nobody can."""
    namespace = backtest["metadata"]["namespace"]
    asked = _checked(Kind.BACKTEST, backtest)

    def find(kind: Kind, name: str) -> Resource | None:
        found = world.get(kind, namespace, name)
        return None if found is None else _checked(kind, found)

    return whole_question(
        asked,
        find,
        lambda holder: _texts(world, namespace, holder),
        where=f"in namespace {namespace}",
    )


def config_maps(world: World, backtest: Resource) -> set[str]:
    """Return the names of the ConfigMaps whose values are part of the question."""
    spec, namespace = backtest["spec"], backtest["metadata"]["namespace"]
    named = (world.get(Kind.STRATEGY, namespace, name) for name in strategies_of(spec))
    holders = [backtest] if "strategy" in spec else [one for one in named if one is not None]
    found = ((_python(one).get("configMapRef") or {}).get("name") for one in holders)
    return {str(name) for name in found if name}


def _checked(kind: Kind, resource: Resource) -> Resource:
    """Return a resource with its canonical spec, if a worker can run it."""
    refused = declared(resource["spec"]).refused if kind is Kind.STRATEGY else refusal(resource)
    of_live = kind is Kind.EXCHANGE_ACCOUNT and refused and refused.reason == "Unsupported"
    if (
        refused is not None and not of_live
    ):  # a backtest on a live account's exchange trades nothing
        subject = "" if kind is Kind.BACKTEST else f"{ref_of(resource)}: "
        raise UnaskableError(refused.reason, f"{subject}{refused.message}")
    if kind is Kind.BACKTEST and "strategy" in resource["spec"]:
        sentences = unsupported(Kind.STRATEGY, resource["spec"]["strategy"])
        if sentences:
            raise UnaskableError("Unsupported", f"spec.strategy: {'; '.join(sentences)}")
    return {**resource, "spec": canonical_spec(kind, resource["spec"])}


def _texts(world: World, namespace: str, holder: Resource) -> Mapping[str, str]:
    """Return the Python files of a Strategy by name; none of one that needs none."""
    python = _python(holder)
    image = python.get("image")
    if image not in (None, world.settings.image):
        raise UnaskableError(
            "Unsupported",
            f"{ref_of(holder)}: python.image was {image}, and workers run {world.settings.image}. "
            "Put the module into a ConfigMap (python.configMapRef), or give the workers that image",
        )
    reference = python.get("configMapRef")
    if reference is None:
        return {}
    return _files(world, namespace, reference["name"], python["module"])


def _files(world: World, namespace: str, name: str, module: str) -> Mapping[str, str]:
    found = world.get("ConfigMap", namespace, name)
    wanted = f"{module}{MODULE_ENDING}"
    create = f"kubectl create configmap {name} -n {namespace} --from-file={wanted}"
    if found is None:
        message = f"namespace {namespace} has no ConfigMap {name}, which holds {wanted}. Create it:"
        raise UnaskableError("ConfigMapMissing", f"{message} {create}")
    texts = {
        key: text for key, text in sorted(found.get("data", {}).items()) if key.endswith(".py")
    }
    if wanted not in texts:
        there = ", ".join(texts) or "no Python file"
        message = f"ConfigMap {name} has no key {wanted} (it has {there}). Add it:"
        raise UnaskableError("ModuleMissing", f"{message} {create}")
    return texts


def _python(holder: Resource) -> Mapping[str, Any]:
    spec = holder["spec"]
    strategy = spec.get("strategy", {}) if holder["kind"] == Kind.BACKTEST else spec
    python: Mapping[str, Any] = strategy.get("python") or {}
    return python
