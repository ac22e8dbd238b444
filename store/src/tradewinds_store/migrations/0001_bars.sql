-- Bars and what belongs beside them. A chunk of 90 days keeps ten years within 41 chunks, which a
-- planner passes in a few milliseconds, and a quarter of one-minute bars within 130,000 rows a symbol.
CREATE EXTENSION IF NOT EXISTS timescaledb;

CREATE TABLE bars (
    exchange text NOT NULL,
    symbol text NOT NULL,
    timeframe text NOT NULL,
    time timestamptz NOT NULL,
    open double precision NOT NULL,
    high double precision NOT NULL,
    low double precision NOT NULL,
    close double precision NOT NULL,
    volume double precision NOT NULL,
    PRIMARY KEY (exchange, symbol, timeframe, time)
);
COMMENT ON TABLE bars IS 'Bars by open time; volume in the base currency.';

SELECT create_hypertable(
    'bars', by_range('time', INTERVAL '90 days'), create_default_indexes => false
);

-- One row a series: its lock makes writers of a series take turns, and it answers what is stored
-- without counting bars.
CREATE TABLE series (
    exchange text NOT NULL,
    symbol text NOT NULL,
    timeframe text NOT NULL,
    first timestamptz,
    last timestamptz,
    bars bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (exchange, symbol, timeframe)
);

CREATE TABLE instruments (
    exchange text NOT NULL,
    symbol text NOT NULL,
    base text NOT NULL,
    quote text NOT NULL,
    tick numeric NOT NULL,
    lot numeric NOT NULL,
    min_notional numeric NOT NULL,
    PRIMARY KEY (exchange, symbol)
);
