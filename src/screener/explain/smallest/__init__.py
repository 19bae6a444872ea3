"""The smallest changes and supports: what would have been enough."""
