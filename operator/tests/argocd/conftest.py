import pytest
import yaml
from argocd_scripts import ROOT, Run, run_script


@pytest.fixture(scope="session")
def customizations() -> dict[str, str]:
    """Lend the data of the ConfigMap, by key."""
    text = (ROOT / "customizations.yaml").read_text()
    data: dict[str, str] = yaml.safe_load(text)["data"]
    return data


@pytest.fixture
def run() -> Run:
    return run_script
