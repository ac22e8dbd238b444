import subprocess
import sys

import pytest

from tradewinds_crds.names import API_VERSION, KINDS, Kind


def test_every_kind_has_names_of_its_own() -> None:
    assert set(KINDS) == set(Kind)
    words = [word for n in KINDS.values() for word in (n.plural, n.short, n.singular)]
    assert len(words) == len(set(words))


def test_crd_is_named_by_plural_and_group() -> None:
    assert (KINDS[Kind.STRATEGY].crd, API_VERSION) == (
        "strategies.tradewinds.dev",
        "tradewinds.dev/v1alpha1",
    )


@pytest.mark.parametrize(
    "module", ["scalars", "canonical", "names", "errors", "metrics", "plain", "source", "rules"]
)
def test_module_that_bots_import_loads_neither_pydantic_nor_yaml(module: str) -> None:
    code = (
        f"import sys, tradewinds_crds.{module}; "
        "sys.exit(bool({'pydantic', 'yaml'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
