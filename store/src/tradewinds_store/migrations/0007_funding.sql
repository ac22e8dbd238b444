-- What perpetuals have paid each other. A market has three rates a day, or 24: a plain table.
CREATE TABLE funding_rates (
    exchange text NOT NULL,
    symbol text NOT NULL,
    time timestamptz NOT NULL,
    rate double precision NOT NULL,
    mark double precision,
    PRIMARY KEY (exchange, symbol, time)
);
COMMENT ON TABLE funding_rates IS
    'Rate as a fraction of the notional that longs pay; the mark price, where the venue said it.';
