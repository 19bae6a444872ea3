"""The commands: one module a subject, thin over the library."""
