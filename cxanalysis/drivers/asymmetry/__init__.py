"""Asymmetry: what satisfies, and what only annoys."""
