from tradewinds_e2e.cluster.network import without_cluster

SAVED = """\
*nat
:POSTROUTING ACCEPT [0:0]
:CNI-8a1f - [0:0]
:DOCKER - [0:0]
:KUBE-SERVICES - [0:0]
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
-A POSTROUTING -s 10.244.0.5/32 -m comment --comment "name: \\"tradewinds\\"" -j CNI-8a1f
-A CNI-8a1f -d 10.244.0.0/24 -j ACCEPT
-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -j KUBE-SVC-NPX46M4PTMTKRN6Y
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -s 10.244.0.0/24 -m comment --comment "tradewinds cluster" -j ACCEPT
-A FORWARD -o docker0 -j DOCKER
COMMIT
"""


def test_chains_of_a_cluster_go_and_those_of_others_stay() -> None:
    assert without_cluster(SAVED) == (
        "*nat\n:POSTROUTING ACCEPT [0:0]\n:DOCKER - [0:0]\n"
        "-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE\nCOMMIT\n"
        "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -o docker0 -j DOCKER\nCOMMIT\n"
    )
