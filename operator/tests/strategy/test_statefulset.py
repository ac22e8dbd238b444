"""From a Strategy to the pod of its bot: YAML in, YAML out."""

from typing import Any

import yaml
from strategy_stage import SPEC, Stage, staged

from tradewinds_operator.settings import Settings

EXPECTED = """\
metadata:
  labels:
    app.kubernetes.io/component: bot
    app.kubernetes.io/managed-by: tradewinds-operator
    app.kubernetes.io/part-of: tradewinds
    tradewinds.dev/strategy: btc-trend
  annotations: {tradewinds.dev/generation: "1"}
spec:
  serviceAccountName: tradewinds-bot
  automountServiceAccountToken: false
  containers:
  - name: bot
    image: tradewinds:1
    args:
    - trade
    - --spec
    - /etc/tradewinds/spec/object.json
    - --gateway
    - http://gateway-paper.desk.svc:8080
    - --bars
    - http://feed-bars.desk.svc:8080
    - --token-file
    - /var/run/secrets/tradewinds/token
    - --listen
    - tcp:0.0.0.0:8080
    env:
    - name: TRADEWINDS_POD_UID
      valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.uid}}
    volumeMounts:
    - {name: tmp, mountPath: /tmp}
    - {name: spec, mountPath: /etc/tradewinds/spec, readOnly: true}
    - {name: token, mountPath: /var/run/secrets/tradewinds, readOnly: true}
  volumes:
  - {name: tmp, emptyDir: {sizeLimit: 64Mi}}
  - {name: spec}
  - name: token
    projected:
      sources:
      - serviceAccountToken: {audience: tradewinds-gateway, expirationSeconds: 86400, path: token}
"""


def holds(wanted: Any, found: Any) -> bool:
    """Tell whether everything that is wanted stands in what was found."""
    if isinstance(wanted, dict):
        return all(name in found and holds(value, found[name]) for name, value in wanted.items())
    if isinstance(wanted, list):
        return len(wanted) == len(found) and all(map(holds, wanted, found))
    return bool(wanted == found)


def pod_of(stage: Stage) -> dict[str, Any]:
    template: dict[str, Any] = stage.set["spec"]["template"]
    return template


def test_pod_of_a_bot() -> None:
    assert holds(yaml.safe_load(EXPECTED), pod_of(staged()))


def test_statefulset_keeps_one_pod_and_its_revision() -> None:
    spec = {name: value for name, value in staged().set["spec"].items() if name != "template"}
    assert spec == {
        "replicas": 1,
        "podManagementPolicy": "Parallel",
        "revisionHistoryLimit": 2,
        "selector": {
            "matchLabels": {
                "app.kubernetes.io/component": "bot",
                "tradewinds.dev/strategy": "btc-trend",
            }
        },
        "updateStrategy": {
            "type": "RollingUpdate",
            "rollingUpdate": {"partition": 1, "maxUnavailable": 2},
        },
    }


def test_template_names_no_version_of_the_operator() -> None:
    annotations = pod_of(staged())["metadata"]["annotations"]
    assert sorted(annotations) == ["tradewinds.dev/generation", "tradewinds.dev/template"]


def test_spec_map_is_immutable_and_holds_the_strategy_at_its_generation() -> None:
    stage = staged()
    (found,) = stage.objects["ConfigMap"].values()
    volume = next(one for one in pod_of(stage)["spec"]["volumes"] if one["name"] == "spec")
    assert volume["configMap"]["name"] == found["metadata"]["name"]
    body = yaml.safe_load(found["data"]["object.json"])
    assert found["immutable"] is True
    assert body["metadata"]["generation"] == 1
    assert holds(dict(SPEC), body["spec"])


def test_resources_of_a_strategy_go_over_the_charts() -> None:
    chart = {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}}
    stage = Stage(settings=Settings(image="tradewinds:1", resources={"bot": chart})).surround()
    stage.edit(resources={"requests": {"cpu": "50m"}, "limits": {"memory": "256Mi"}}).settle()
    assert pod_of(stage)["spec"]["containers"][0]["resources"] == {
        "requests": {"cpu": "50m", "memory": "64Mi"},
        "limits": {"memory": "256Mi"},
    }


def test_python_strategy_brings_its_image_and_its_modules() -> None:
    stage = Stage().surround()
    stage.put("ConfigMap", "breakout-py", {})
    stage.objects["ConfigMap"]["breakout-py"]["immutable"] = True
    python = {
        "module": "breakout",
        "class": "Breakout",
        "image": "desk/breakout:3",
        "configMapRef": {"name": "breakout-py"},
    }
    pod = pod_of(stage.edit(rules=None, python=python).settle())["spec"]
    main = pod["containers"][0]
    assert (main["image"], main["args"][-2:]) == (
        "desk/breakout:3",
        ["--modules", "/etc/tradewinds/modules"],
    )
    assert {"name": "modules", "configMap": {"name": "breakout-py"}} in pod["volumes"]
    assert stage.status["image"] == "desk/breakout:3"
    revision = stage.objects["ControllerRevision"]["btc-trend-1"]
    assert revision["data"]["modules"] == {"configMap": "breakout-py"}
