"""Analyses of what drives an outcome: importance, effects, points at stake."""
