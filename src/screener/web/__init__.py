"""The local web page, the JSON API and CDS Hooks: one process speaks HTTP, workers next to it do the reasoning.

What is here runs in the process that speaks HTTP; what is in `desk` runs in the workers. Between the two
travel only `wire.Job` and `wire.Answer`.
"""
