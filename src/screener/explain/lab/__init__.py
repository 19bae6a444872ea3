"""The inference lab: working memory, conflict set and strategy, forward and backward, for a class to look at."""
