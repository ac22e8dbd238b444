-- Single trades. A liquid market has millions a day; a chunk of a week keeps a year within 53 of
-- them, and every statement names bounds of time.
CREATE TABLE trades (
    exchange text NOT NULL,
    symbol text NOT NULL,
    time timestamptz NOT NULL,
    number bigint NOT NULL,
    price double precision NOT NULL,
    amount double precision NOT NULL,
    PRIMARY KEY (exchange, symbol, time, number)
);
COMMENT ON TABLE trades IS
    'Number: the venue''s id, or the place in its millisecond; amount in the base currency.';

SELECT create_hypertable(
    'trades', by_range('time', INTERVAL '7 days'), create_default_indexes => false
);

-- One row a market and UTC day: what is stored is answered, and hashed, without reading a trade.
CREATE TABLE trade_days (
    exchange text NOT NULL,
    symbol text NOT NULL,
    day integer NOT NULL,
    first bigint NOT NULL,
    last bigint NOT NULL,
    trades bigint NOT NULL,
    digest text NOT NULL,
    PRIMARY KEY (exchange, symbol, day)
);
COMMENT ON TABLE trade_days IS
    'Day since 1970; first and last time in milliseconds; digest of its trades in order.';
