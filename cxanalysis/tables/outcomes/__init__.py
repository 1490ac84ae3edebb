"""Which column can be the outcome of an analysis, and which can drive it."""
