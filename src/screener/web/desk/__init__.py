"""What the workers do: read a case, reason about it, and write the answer as JSON or as a page."""
