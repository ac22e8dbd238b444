-- Who may do what in the database, granted anew as a whole each time. Only gateways write the
-- ledger, and nobody changes an event; bots have no role. Every process reads `migrations`, to see
-- whether the schema is its own. The database is Tradewinds' alone: PUBLIC has nothing in it.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM
    tradewinds_gateway, tradewinds_collector, tradewinds_worker, tradewinds_operator, tradewinds_api;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO
    tradewinds_gateway, tradewinds_collector, tradewinds_worker, tradewinds_operator, tradewinds_api;
GRANT SELECT ON migrations TO
    tradewinds_gateway, tradewinds_collector, tradewinds_worker, tradewinds_operator, tradewinds_api;

GRANT SELECT ON bars, series, instruments, funding_rates TO tradewinds_gateway;
GRANT SELECT, INSERT ON ledger_events TO tradewinds_gateway;
GRANT SELECT, INSERT, UPDATE ON ledger_heads, snapshots TO tradewinds_gateway;

GRANT SELECT, INSERT, UPDATE ON bars, series, instruments, funding_rates, trades, trade_days
    TO tradewinds_collector;

GRANT SELECT ON bars, series, instruments, funding_rates, trades, trade_days TO tradewinds_worker;
GRANT SELECT ON tasks TO tradewinds_worker;
-- How a task goes, never what it asks: a worker runs its users' Python.
GRANT UPDATE (
    state, progress, attempts, releases, worker, lease_until, started_at, finished_at,
    result, error, reason
) ON tasks TO tradewinds_worker;
GRANT SELECT, INSERT, UPDATE ON results TO tradewinds_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON trials TO tradewinds_worker;

GRANT SELECT, INSERT, UPDATE, DELETE ON tasks TO tradewinds_operator;
GRANT SELECT ON results TO tradewinds_operator;

GRANT SELECT ON ALL TABLES IN SCHEMA public TO tradewinds_api;
