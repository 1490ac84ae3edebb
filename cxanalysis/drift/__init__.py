"""How a new file differs from the table it should join."""
