"""Certificates of one test cluster: an authority, the API server's, an administrator's, a key.

Elliptic curves, since they are made in milliseconds; with all extensions that strict clients (such
as Python 3.13's) ask for.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tradewinds_e2e.errors import ServerFailed
from tradewinds_e2e.setup.packages import require_program

_NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
_DAYS = ["-days", "365"]
_SERVER_NAMES = "DNS:localhost,DNS:kubernetes.default.svc,IP:127.0.0.1"


@dataclass(frozen=True)
class Pair:
    """A certificate and its key."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class Certificates:
    """All that an API server and its administrator need."""

    authority: Pair
    server: Pair
    admin: Pair
    service_account_key: Path


def make_certificates(folder: Path) -> Certificates:
    """Make them in `folder`."""
    authority = make_authority(folder)
    key = folder / "service-account.key"
    make_key(key)
    return Certificates(
        authority,
        issue(folder, authority, "apiserver", "/CN=kube-apiserver", _SERVER_NAMES),
        issue(folder, authority, "admin", "/O=system:masters/CN=admin", "DNS:admin"),
        key,
    )


def make_authority(folder: Path) -> Pair:
    """Make a certificate authority in `folder`, as `ca`."""
    authority = _pair(folder, "ca")
    _openssl(
        *["req", "-x509", *_NEW_KEY, *_DAYS, "-subj", "/CN=tradewinds-test"],
        *["-addext", "keyUsage=critical,keyCertSign,cRLSign"],
        *_output(authority),
    )
    return authority


def make_key(path: Path) -> None:
    """Make a private key."""
    _openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(path))


def issue(folder: Path, authority: Pair, name: str, subject: str, names: str) -> Pair:
    """Issue a certificate, for servers and clients alike, to `subject` under DNS and IP `names`."""
    issued, request = _pair(folder, name), str(folder / f"{name}.csr")
    extensions = folder / f"{name}.extensions"
    extensions.write_text(
        f"subjectAltName={names}\nextendedKeyUsage=serverAuth,clientAuth\n"
        "keyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:FALSE\n"
        "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
    )
    _openssl("req", *_NEW_KEY, "-subj", subject, "-keyout", str(issued.key), "-out", request)
    _openssl(
        *["x509", "-req", "-in", request, *_DAYS, "-extfile", str(extensions), "-CAcreateserial"],
        *["-CA", str(authority.certificate), "-CAkey", str(authority.key)],
        *["-out", str(issued.certificate)],
    )
    return issued


def _pair(folder: Path, name: str) -> Pair:
    return Pair(folder / f"{name}.crt", folder / f"{name}.key")


def _output(pair: Pair) -> list[str]:
    return ["-keyout", str(pair.key), "-out", str(pair.certificate)]


def _openssl(*words: str) -> None:
    done = subprocess.run(  # noqa: S603 - the words are ours
        [require_program("openssl"), *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServerFailed(f"openssl {words[0]} failed: {done.stderr.strip()}")
