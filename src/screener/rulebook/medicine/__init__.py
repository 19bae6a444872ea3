"""Medicines: the table, the word lists that go with it, and the one way to read a written name.

The rooms, in the order in which a name passes through them: `text` (clean and cut into words), `lookup` (which words
are strengths, forms, routes, history …; where names lead), `find` (names of the table in the text, and ingredients of
one medicine), `piece` (what is between separators; labels), `ask` (words that are no name; did you mean), `history` and
`verdict` (what is no longer taken), `route` (which classes count). `read` goes through the items of a text. An item
takes its steps, each a class that knows what the one before it does: `pieces` (cut it), `settle` (what a name
counts as, with the words around it), `read`. `table` is what everybody else uses, and `result` is what comes back.
When a book is loaded, `rows` and `wordfiles` read and check the files, and `making` makes the index.
"""
