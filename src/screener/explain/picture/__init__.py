"""Chains as pictures: where boxes go, SVG, Mermaid."""
