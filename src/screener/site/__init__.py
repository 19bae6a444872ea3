"""The pages as static files: the program itself, in the Python of a browser."""
