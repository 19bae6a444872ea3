"""The page for authors: a rule file in an editor, beside a case. Shown by `screener serve --edit FOLDER` alone."""
