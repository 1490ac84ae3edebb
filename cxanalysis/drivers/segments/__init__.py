"""Segments: whether a driver matters more for some customers than for others."""
