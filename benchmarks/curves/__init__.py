"""Curves of growth: measured, kept as figures, drawn as pictures, and put on a page."""
