"""The tests of the reference engine in the browser's Python, under Node.js."""
