"""The rule book: conditions, rules, flags, sources and questions, loaded from the files under `rules/`."""
