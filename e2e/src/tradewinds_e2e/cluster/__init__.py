"""A whole Kubernetes on this machine, from nothing and without pulling an image: `make cluster`.

layout, identities, configuration   what it consists of on disk
daemon, parts, probes               its processes
engine, images, objects             its containers
network                             what it adds to the machine
up, down                            bring it up, take it away
access, audit                       how journeys use it
kind                                the same contract over a kind cluster
argocd                              Argo CD's core beside it, for the journeys that need it
"""

from tradewinds_e2e.cluster.access import Cluster, connect

__all__ = ["Cluster", "connect"]
