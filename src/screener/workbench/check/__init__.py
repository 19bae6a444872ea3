"""`screener rules check`: what the loader checks, and lint."""
