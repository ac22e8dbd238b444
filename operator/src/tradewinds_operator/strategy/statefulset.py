"""The bot of a Strategy: one pod that decides, without rights, keys or a route to an exchange."""

from collections.abc import Mapping
from typing import Any

from tradewinds_crds.names import (
    ANNOTATION_GENERATION,
    ANNOTATION_TEMPLATE,
    AUDIENCE,
    BOT_ACCOUNT,
    PORT,
    Kind,
    child_name,
    service_url,
)
from tradewinds_operator import pods
from tradewinds_operator.children import child, labels, selector
from tradewinds_operator.settings import Settings
from tradewinds_operator.strategy.obstacles import modules_of
from tradewinds_operator.world import Resource

# A kubelet renews a token when a fifth of it is left, which must outlast an outage of the API
# server: a bot without a token closes nothing. With the pod it ends at once all the same.
_TOKEN_SECONDS = 86_400
_BARS = "--bars"


def statefulset(
    strategy: Resource, template: Mapping[str, Any], *, replicas: int, partition: int
) -> dict[str, Any]:
    """Return the StatefulSet around a pod's template.

    `maxUnavailable` allows for a pod that is down already: where the cluster honours that field,
    one that crashes would otherwise hold up the revision that mends it. There is never more than
    one pod, since both have the same name.
    """
    update = {"partition": partition, "maxUnavailable": 2}
    spec = {
        "replicas": replicas,
        "podManagementPolicy": "Parallel",
        "revisionHistoryLimit": 2,
        "selector": {"matchLabels": selector(strategy)},
        "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": update},
        "template": template,
    }
    name = child_name(Kind.STRATEGY, strategy["metadata"]["name"])
    return child(strategy, "apps/v1", "StatefulSet", name, {"spec": spec})


def pod_template(
    settings: Settings, strategy: Resource, digest: str, spec_map: str, feed: str
) -> dict[str, Any]:
    """Return the pod of a Strategy at its generation; `digest` is what tells bots apart."""
    annotations = {
        ANNOTATION_GENERATION: str(strategy["metadata"]["generation"]),
        ANNOTATION_TEMPLATE: digest,
    }
    return {
        "metadata": {"labels": labels(strategy), "annotations": annotations},
        "spec": _pod(settings, strategy, spec_map, feed),
    }


def bars_url(strategy: Resource, feed: str) -> str:
    """Return where the pod of a feed serves its bars to a Strategy's pod."""
    return service_url(Kind.MARKET_FEED, strategy["metadata"]["namespace"], feed)


def with_bars(template: Mapping[str, Any], url: str) -> Mapping[str, Any]:
    """Return a pod's template that reads its bars there; the same one if it does already."""
    main, *others = template["spec"]["containers"]
    arguments = list(main["args"])
    place = arguments.index(_BARS) + 1
    if arguments[place] == url:
        return template
    arguments[place] = url
    containers = [{**main, "args": arguments}, *others]
    return {**template, "spec": {**template["spec"], "containers": containers}}


def _pod(settings: Settings, strategy: Resource, spec_map: str, feed: str) -> dict[str, Any]:
    spec = strategy["spec"]
    modules = modules_of(spec)
    mounts = [pods.spec_mount(), _mount("token", pods.TOKEN_FOLDER)]
    volumes = [pods.spec_volume(spec_map), _token_volume()]
    if modules is not None:
        mounts.append(_mount("modules", pods.MODULES_FOLDER))
        volumes.append({"name": "modules", "configMap": {"name": modules}})
    main = pods.container(
        settings,
        "bot",
        _arguments(strategy, feed, with_modules=modules is not None),
        image=(spec.get("python") or {}).get("image"),
        resources=_resources(settings, spec),
        mounts=mounts,
        environment=[_POD_UID],
    )
    return pods.pod_spec(settings, BOT_ACCOUNT, main, volumes)


_POD_UID = {
    "name": "TRADEWINDS_POD_UID",
    "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.uid"}},
}


def _arguments(strategy: Resource, feed: str, *, with_modules: bool) -> list[str]:
    namespace, account = strategy["metadata"]["namespace"], strategy["spec"]["accountRef"]["name"]
    return [
        "trade",
        *("--spec", pods.SPEC_FILE),
        *("--gateway", service_url(Kind.EXCHANGE_ACCOUNT, namespace, account)),
        *(_BARS, bars_url(strategy, feed)),
        *("--token-file", f"{pods.TOKEN_FOLDER}/token"),
        *("--listen", f"tcp:0.0.0.0:{PORT}"),
        *(("--modules", pods.MODULES_FOLDER) if with_modules else ()),
    ]


def _resources(settings: Settings, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the chart's requests and limits, with those over them that the Strategy names."""
    chart, own = settings.resources.get("bot", {}), spec.get("resources") or {}
    kinds = {name: {**chart.get(name, {}), **own.get(name, {})} for name in ("requests", "limits")}
    return {name: amounts for name, amounts in kinds.items() if amounts}


def _token_volume() -> dict[str, Any]:
    token = {"audience": AUDIENCE, "expirationSeconds": _TOKEN_SECONDS, "path": "token"}
    return {"name": "token", "projected": {"sources": [{"serviceAccountToken": token}]}}


def _mount(name: str, path: str) -> dict[str, Any]:
    return {"name": name, "mountPath": path, "readOnly": True}
