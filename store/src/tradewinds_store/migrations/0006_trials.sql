-- What a search has tried so far, for as long as its Backtest waits or runs: the next worker goes on
-- with it. `key` is the hash of a run and of a batch.
CREATE TABLE trials (
    cluster text NOT NULL,
    uid text NOT NULL,
    key text NOT NULL,
    body json NOT NULL,
    PRIMARY KEY (cluster, uid, key)
);

-- Trials lay among the results, from where nobody took them: what has no orders is one.
DELETE FROM results WHERE body -> 'orderHash' IS NULL;
