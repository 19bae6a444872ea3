"""What runs in the Python of the browser: between its requests and the application of `screener serve`."""
