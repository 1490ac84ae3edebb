"""Repeat buying without a contract: BG/NBD, Pareto/NBD, BG/BB, Gamma-Gamma, lifetime value."""
