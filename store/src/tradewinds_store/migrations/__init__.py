"""The database's schema as SQL files, applied in order and never changed afterwards."""
