"""Vela & Wren, a company that does not exist: two years of everything it knows about its customers, and the truth."""
