"""Reasoning that can be shown, questioned and taught: views on the firings of the engine, as data.

Each question has its module, which returns data: `how`, `why_not`, `what_if`, `changes`, `replay`, `quiz`, `receipt`.
Text, pictures and pages are made from that data: `text`, `svg`, `mermaid`, `html`.
"""
