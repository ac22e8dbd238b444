"""Writes what is derived from the models: the CRDs in `crds/` and the pages in `docs/reference/`.

Both are committed, so that `kubectl apply -f crds/` works from a clone and a change of a field is
seen in review; `--check` keeps them from going stale.
"""
