"""The page for authors: a rule file in an editor, next to a case. Shown by `screener serve --edit FOLDER` alone."""
