"""Importance against performance."""
