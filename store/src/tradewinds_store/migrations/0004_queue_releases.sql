-- How often a worker that was told to stop gave the task back: those claims lost nobody.
ALTER TABLE tasks ADD COLUMN releases bigint NOT NULL DEFAULT 0;
