"""Text tables: encodings, dialects, and rows a block at a time."""
