"""The chart's rights and policies, applied for real to an API server, and people to try them."""

import json
from typing import Any

from rendered import HOME, Object

from tradewinds_e2e.servers.kubernetes import ApiServer

RIGHTS = (
    "CustomResourceDefinition",
    "ServiceAccount",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
)


def apply(server: ApiServer, objects: list[Object], namespaces: tuple[str, ...]) -> None:
    """Apply what says who may do what."""
    for name in (HOME, *namespaces):
        server.call("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
    for kind in RIGHTS:
        items = [one for one in objects if one["kind"] == kind]
        body = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
        if items:
            server.kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", stdin=body)
    server.kubectl("wait", "--for=condition=Established", "--timeout=30s", "crd", "--all")


def remove(server: ApiServer, objects: list[Object]) -> None:
    """Take back all but the definitions."""
    for kind in RIGHTS[1:]:
        items = [one for one in objects if one["kind"] == kind]
        body = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
        if items:
            server.kubectl("delete", "--ignore-not-found", "--wait=false", "-f", "-", stdin=body)


def may(server: ApiServer, user: str, attributes: dict[str, str]) -> bool:
    """Ask the API server whether the user may do that."""
    spec: dict[str, Any] = {"user": user, "resourceAttributes": attributes}
    if user.startswith("system:serviceaccount:"):
        namespace = user.split(":")[2]
        spec["groups"] = [
            "system:serviceaccounts",
            f"system:serviceaccounts:{namespace}",
            "system:authenticated",
        ]
    url = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
    body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec}
    return bool(server.call("POST", url, body).body["status"]["allowed"])
