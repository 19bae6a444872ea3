"""The inference engine on durable-rules: compiled rules, their layout on facts, the agenda loop."""
