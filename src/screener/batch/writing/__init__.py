"""From conclusions to files that survive a crash."""
