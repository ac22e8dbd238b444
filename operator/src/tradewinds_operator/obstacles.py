"""What keeps a pod from its start: an object that is missing, an image, a place to run.

The kubelet's and the controllers' own words are read for what is missing; what we say instead is
the same each time, and has a remedy.
"""

import re
from typing import Final, NamedTuple

from tradewinds_operator.settings import Settings

_MISSING: Final = re.compile(
    r'(secret|configmap|serviceaccount) "([^"]+)" not found', re.IGNORECASE
)
_MISSING_KEY: Final = re.compile(
    r"couldn't find key (?P<key>\S+) in (?P<kind>Secret|ConfigMap) [^/]+/(?P<name>[^\s,]+)"
    r"|references non-existent (?P<mounted>secret|config) key: (?P<path>\S+)"
)
_IMAGE_CAUSES: Final = (
    ("was not found", ("not found", "manifest unknown", "not present")),
    ("was refused", ("unauthorized", "denied", "forbidden", "authentication")),
    ("has no valid name", ("invalid reference", "couldn't parse image")),
    ("could not be fetched", ("no such host", "timeout", "refused", "unreachable", "i/o")),
)
_KINDS: Final = {"secret": "Secret", "configmap": "ConfigMap", "serviceaccount": "ServiceAccount"}


class Obstacle(NamedTuple):
    """A reason in one word, and a sentence with its remedy."""

    reason: str
    message: str


def missing_object(settings: Settings, namespace: str, text: str) -> Obstacle | None:
    """Return which object or key a message of the cluster misses; None if it says no such thing."""
    found = _MISSING.search(text)
    if found is not None:
        kind, name = _KINDS[found[1].lower()], found[2]
        message = f"namespace {namespace} has no {kind} {name}. {_remedy(settings, kind, name)}"
        return Obstacle(f"{kind}Missing", message)
    found = _MISSING_KEY.search(text)
    if found is None:
        return None
    key, name = found["key"] or found["path"], found["name"]
    kind = "Secret" if "secret" in (found["kind"] or found["mounted"]).lower() else "ConfigMap"
    where = f"{kind} {name}" if name else f"a {kind} that is mounted"
    return Obstacle(f"{kind}Missing", f"{where} has no key {key}. Add it, or name another key")


def _remedy(settings: Settings, kind: str, name: str) -> str:
    stores = (settings.gateway_store, settings.collector_store, settings.worker_store)
    if kind == "ServiceAccount" or name in {one.secret for one in stores}:
        return "The chart makes it: add the namespace to its tradingNamespaces"
    return f"Create it: kubectl create {'secret generic' if kind == 'Secret' else 'configmap'} …"


def image_obstacle(image: str, text: str) -> Obstacle:
    """Say why an image is not there; the kubelet alternates between two reasons for one cause."""
    words = text.lower()
    cause = next(
        (cause for cause, signs in _IMAGE_CAUSES if any(sign in words for sign in signs)),
        "could not be fetched",
    )
    remedy = "Check its name, and that the cluster's nodes may fetch it (pullSecrets of the chart)"
    return Obstacle("ImagePullBackOff", f"image {image} {cause}. {remedy}")
