"""Calls as data: what may be called, how a call prints itself as Python, how it is run."""
