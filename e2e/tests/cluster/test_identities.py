import base64
import json
import ssl
import subprocess
from pathlib import Path

import pytest

from tradewinds_e2e.cluster.identities import CLIENTS, make_identities, pair_of
from tradewinds_e2e.cluster.layout import API_URL, Layout


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    made = Layout(tmp_path_factory.mktemp("cluster"))
    made.make()
    make_identities(made)
    return made


def _text(certificate: Path) -> str:
    words = ["openssl", "x509", "-in", str(certificate), "-noout", "-text"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def test_every_part_is_known_by_a_name_of_its_own(layout: Layout) -> None:
    subjects = [_text(pair_of(layout, name).certificate) for name in CLIENTS]
    assert len({text.split("Subject:")[1].splitlines()[0] for text in subjects}) == len(CLIENTS)


def test_api_server_may_be_called_by_its_addresses_and_names(layout: Layout) -> None:
    text = _text(pair_of(layout, "apiserver").certificate)
    for name in ("IP Address:10.243.0.1", "IP Address:10.96.0.1", "DNS:kubernetes.default.svc"):
        assert name in text


def test_administrator_has_a_kubeconfig_that_the_authority_vouches_for(layout: Layout) -> None:
    content = json.loads(layout.kubeconfig.read_text())
    cluster, user = content["clusters"][0]["cluster"], content["users"][0]["user"]
    assert cluster["server"] == API_URL
    authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
    assert ssl.create_default_context(cadata=authority).cert_store_stats()["x509_ca"] > 0
    assert base64.b64decode(user["client-key-data"]).startswith(b"-----BEGIN PRIVATE KEY")
    assert layout.kubeconfig.stat().st_mode & 0o077 == 0


def test_identities_that_are_there_are_left_alone(layout: Layout) -> None:
    before = pair_of(layout, "ca").certificate.read_bytes()
    make_identities(layout)
    assert pair_of(layout, "ca").certificate.read_bytes() == before
