"""`screener rules …`, by what its commands are about."""
