"""Health records in: everything that turns records into cases."""
