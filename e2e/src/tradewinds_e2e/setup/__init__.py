"""What real servers need on a machine, installed or built once: `python -m tradewinds_e2e.setup`.

    packages   Debian's own packages, by apt
    trixie     a Debian trixie in a folder, for PostgreSQL 17 with TimescaleDB on an older Debian
    cluster    etcd, kube-apiserver and kubectl, built from their Go modules

Everything lands in the cache folder, is made once, and is left alone when it is there.
"""
