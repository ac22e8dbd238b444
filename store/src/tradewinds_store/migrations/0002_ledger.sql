-- The append-only log of each account. Bodies are json, not jsonb: the hash is over their text.
CREATE TABLE ledger_heads (
    account text PRIMARY KEY,
    epoch bigint NOT NULL,
    writer text NOT NULL,
    number bigint NOT NULL,
    hash text NOT NULL
);
COMMENT ON COLUMN ledger_heads.epoch IS 'The newest writer epoch; appends of older ones are refused.';

CREATE TABLE ledger_events (
    account text NOT NULL REFERENCES ledger_heads,
    number bigint NOT NULL,
    kind text NOT NULL,
    time bigint NOT NULL,
    strategy text NOT NULL,
    key text NOT NULL,
    body json NOT NULL,
    hash text NOT NULL,
    PRIMARY KEY (account, number)
);
COMMENT ON COLUMN ledger_events.time IS 'The gateway''s clock, milliseconds since 1970 in UTC.';

CREATE UNIQUE INDEX ledger_events_by_key ON ledger_events (account, key) WHERE key <> '';

CREATE TABLE snapshots (
    account text NOT NULL,
    strategy text NOT NULL,
    code text NOT NULL,
    layout text NOT NULL,
    number bigint NOT NULL,
    time bigint NOT NULL,
    state bytea NOT NULL,
    PRIMARY KEY (account, strategy, code, layout)
);
