"""From a chunk to cases in columns, and to what is refused."""
