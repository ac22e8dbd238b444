import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tradewinds_crds.generate.__main__ import expected, main, stale
from tradewinds_crds.generate.crd import crd
from tradewinds_crds.generate.sentences import models_by_name, sentence, sentences
from tradewinds_crds.metrics import METRICS
from tradewinds_crds.models import DEFINITIONS
from tradewinds_crds.models.backtest import ACCEPTANCE_PATTERN, OBJECTIVE_PATTERN
from tradewinds_crds.names import Kind

OBSERVED = {"Condition", "Status", "Results", "Gap", "StoredRange"} | {
    definition.status.__name__ for definition in DEFINITIONS.values()
}
ROOT = Path(__file__).parents[3]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for path in expected():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    return tmp_path


def nodes(node: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema below one, with its path."""
    yield path, node
    for name, child in node.get("properties", {}).items():
        yield from nodes(child, f"{path}.{name}")
    for key in ("items", "additionalProperties"):
        if key in node:
            yield from nodes(node[key], f"{path}[]")


def specs(kind: Kind) -> list[tuple[str, dict[str, Any]]]:
    schema = crd(DEFINITIONS[kind])["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return list(nodes(schema["properties"]["spec"], "spec"))


def test_what_is_committed_is_what_the_models_say() -> None:
    assert stale(ROOT) == []


def test_check_names_what_differs_and_changes_nothing(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = copy / "docs/reference/strategy.md"
    page.write_text("old")
    (copy / "crds/tradewinds.dev_gone.yaml").write_text("old")
    (copy / "crds/tradewinds.dev_strategies.yaml").unlink()
    assert main(["--check", "--root", str(copy)]) == 1
    assert [line.split(" ")[0] for line in capsys.readouterr().out.splitlines()] == [
        "crds/tradewinds.dev_gone.yaml",
        "crds/tradewinds.dev_strategies.yaml",
        "docs/reference/strategy.md",
    ]
    assert page.read_text() == "old"


def test_writing_mends_what_differs(copy: Path) -> None:
    (copy / "docs/reference/strategy.md").write_text("old")
    (copy / "crds/tradewinds.dev_gone.yaml").write_text("old")
    assert main(["--root", str(copy)]) == 0
    assert main(["--check", "--root", str(copy)]) == 0


@pytest.mark.parametrize("name", models_by_name())
def test_every_field_has_a_sentence(name: str) -> None:
    model = models_by_name()[name]
    fields = {information.alias or key for key, information in model.model_fields.items()}
    found = sentences(model)
    assert set(found) == fields
    assert all(text.endswith(".") for text in (*found.values(), sentence(model)))


@pytest.mark.parametrize("name", models_by_name())
def test_optional_field_says_what_holds_without_it(name: str) -> None:
    model = models_by_name()[name]
    chosen = {
        field
        for bound in model.contract
        if "filter(x, x).size() == 1" in bound.rule.cel
        for field in re.findall(r"has\(self\.(\w+)\)", bound.rule.cel)
    }
    silent = {
        information.alias or key
        for key, information in model.model_fields.items()
        if not information.is_required() and information.default in (None, [], {})
    } - chosen
    if name in OBSERVED:
        return
    assert {field for field in silent if "default: " not in sentences(model)[field]} == set()


@pytest.mark.parametrize("kind", Kind)
def test_all_that_a_person_writes_is_bounded(kind: Kind) -> None:
    unbounded = [
        path
        for path, node in specs(kind)
        if (node["type"] == "string" and "enum" not in node and "maxLength" not in node)
        or (node["type"] == "array" and "maxItems" not in node)
        or ("additionalProperties" in node and "maxProperties" not in node)
    ]
    assert unbounded == []


@pytest.mark.parametrize("kind", Kind)
def test_numbers_are_whole_save_in_rules(kind: Kind) -> None:
    floats = {path.split(".")[-1] for path, node in specs(kind) if node["type"] == "number"}
    assert floats <= {"parameters[]", "ratio"}


@pytest.mark.parametrize("kind", Kind)
def test_first_column_is_what_a_person_asks_first(kind: Kind) -> None:
    columns = crd(DEFINITIONS[kind])["spec"]["versions"][0]["additionalPrinterColumns"]
    assert columns[0]["name"] == ("Complete" if kind is Kind.BACKTEST else "Ready")
    assert columns[-1]["name"] == "Age"


@pytest.mark.parametrize("kind", Kind)
def test_conditions_are_a_map_by_type(kind: Kind) -> None:
    schema = crd(DEFINITIONS[kind])["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    conditions = schema["properties"]["status"]["properties"]["conditions"]
    assert conditions["x-kubernetes-list-type"] == "map"
    assert conditions["x-kubernetes-list-map-keys"] == ["type"]


def test_page_of_metrics_has_each_with_its_unit_better_end_and_definition() -> None:
    page = expected()["docs/reference/metrics.md"]
    for metric in METRICS.values():
        cells = (f"`{metric.name}`", metric.unit, metric.better, metric.sentence, metric.definition)
        assert f"| {' | '.join(cells)} |" in page


def test_every_metric_can_be_an_objective_and_a_demand_in_its_unit() -> None:
    for metric in METRICS.values():
        assert re.search(OBJECTIVE_PATTERN, metric.name)
        written, other = ("-5%", "-5") if metric.in_percent else ("-5", "-5%")
        assert re.search(ACCEPTANCE_PATTERN, f"{metric.name} >= {written}")
        assert not re.search(ACCEPTANCE_PATTERN, f"{metric.name} >= {other}")
