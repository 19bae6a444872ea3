"""What is counted over all cases, and how it is shown."""
