"""For a class: replay, quiz, find the broken rule."""
