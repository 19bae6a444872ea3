"""Reasoning that can be shown, questioned and taught: views on the firings of the engine, as data.

Each question has its module, which returns data and tells it: `how`, `why_not`, `what_if`; `smallest/` has the smallest
changes. `questions` declares and asks them; text, JSON and pages are made from the answers by `text`, `data` and
`html`, drawings by `picture/`, a proof to keep by `receipt/`. `teaching/` has the replay, the quiz and the puzzles,
`lab/` a case step by step, `kit/` what is handed out with a lesson.
"""
