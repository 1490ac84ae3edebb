"""Weights that make those who answered look like those who were asked."""
