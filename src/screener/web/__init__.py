"""The local web page, the JSON API and CDS Hooks: one process speaks HTTP, workers beside it do the reasoning.

What stands here runs in the process that speaks HTTP; what stands in `desk` runs in the workers. Between the two
travel only `wire.Job` and `wire.Answer`.
"""
