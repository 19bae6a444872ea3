"""Which files a batch reads, and how they are cut into chunks."""
