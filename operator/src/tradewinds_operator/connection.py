"""How the API server is reached: a kubeconfig, or the pod's own ServiceAccount.

The client of `kubernetes.aio` carries our calls and kopf its watches; both get the same address and
the same credentials here.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import kopf
from kubernetes.aio.client import ApiClient, Configuration
from kubernetes.aio.config import (
    ConfigException,
    load_incluster_config,
    load_kube_config,
)

from tradewinds_operator.errors import ConnectionSettingsError

_CONNECTIONS = (
    1024  # a watch keeps one: nine in each namespace that is named, and calls beside them
)


@asynccontextmanager
async def connected(kubeconfig: Path | None) -> AsyncIterator[ApiClient]:
    """Open a client, and close it at the end; nothing is sent yet."""
    configuration = Configuration()
    configuration.connection_pool_maxsize = _CONNECTIONS
    configuration.client_session_kwargs = {"trust_env": False}  # else a netrc is read at each call
    try:
        if kubeconfig is None:
            load_incluster_config(configuration)
        else:
            await load_kube_config(
                config_file=str(kubeconfig),
                client_configuration=configuration,
                persist_config=False,
            )
    except (ConfigException, OSError, ValueError) as error:
        where = "this pod's ServiceAccount" if kubeconfig is None else str(kubeconfig)
        raise ConnectionSettingsError(
            f"{where}: cannot connect to a cluster: {error}. Run inside a pod, or name a "
            "kubeconfig with --kubeconfig."
        ) from error
    async with ApiClient(configuration) as client:
        yield client


async def authorization(client: ApiClient) -> str:
    """Return the Authorization header as it is now, a rotated token included; perhaps empty."""
    settings = await client.configuration.auth_settings()
    value = settings.get("BearerToken", {}).get("value") or ""
    kind, _, token = str(value).partition(" ")
    return f"{kind.capitalize()} {token.strip()}" if token else ""


async def kopf_connection(client: ApiClient) -> kopf.ConnectionInfo:
    """Return the same connection in kopf's words."""
    configuration = client.configuration
    kind, _, token = (await authorization(client)).partition(" ")
    return kopf.ConnectionInfo(
        server=configuration.host,
        ca_path=configuration.ssl_ca_cert,
        insecure=not configuration.verify_ssl,
        certificate_path=configuration.cert_file,
        private_key_path=configuration.key_file,
        scheme=kind or None,
        token=token or None,
    )
