"""Metrics of customer experience, each with interval, n and passport."""
