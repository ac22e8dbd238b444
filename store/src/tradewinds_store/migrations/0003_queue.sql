-- Backtests waiting for a worker, and the results of finished runs by the hash of their question.
CREATE TABLE tasks (
    place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cluster text NOT NULL,
    uid text NOT NULL,
    generation bigint NOT NULL,
    name text NOT NULL,
    spec json NOT NULL,
    state text NOT NULL DEFAULT 'queued'
        CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    progress double precision NOT NULL DEFAULT 0,
    attempts bigint NOT NULL DEFAULT 0,
    worker text,
    lease_until timestamptz,
    result text,
    error text,
    UNIQUE (cluster, uid, generation)
);

CREATE INDEX tasks_open ON tasks (place) WHERE state IN ('queued', 'running');

CREATE TABLE results (
    key text PRIMARY KEY,
    body json NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now()
);
