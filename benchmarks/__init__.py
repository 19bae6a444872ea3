"""What is measured against whom: `python -m benchmarks [NAME ...]` prints ratios within one run."""
