"""A store in one folder: SQLite for what changes, Parquet for months of bars that are over.

One file belongs to each writing process (a ledger to its account's gateway), so that nobody waits
for anybody; the queue alone has several writers. Only `bars*.py` import NumPy and pyarrow.
"""
