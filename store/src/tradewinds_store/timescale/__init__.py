"""A store on PostgreSQL with TimescaleDB, for a cluster; spoken to by asyncpg alone."""
