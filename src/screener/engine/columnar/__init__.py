"""The engine for batches: all cases at once, column by column."""
