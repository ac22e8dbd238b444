-- Which workers take a task, what exactly was asked (its hash), and how it went in one word.
--
-- A scaler of workers asks for each size class, and starts as many workers as are open:
--     SELECT count(*) FROM tasks WHERE state IN ('queued', 'running') AND size_class = 'Standard'
ALTER TABLE tasks
    ADD COLUMN size_class text NOT NULL DEFAULT 'Standard'
        CHECK (size_class IN ('Small', 'Standard', 'Large')),
    ADD COLUMN question text NOT NULL DEFAULT '',
    ADD COLUMN reason text,
    ADD COLUMN started_at timestamptz,
    ADD COLUMN finished_at timestamptz;

-- From here on a Backtest has one row: an older generation's is removed, not cancelled.
DELETE FROM tasks WHERE state = 'cancelled';
