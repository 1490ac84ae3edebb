"""The model of a driver analysis: its columns, its rows, its sums, and what guards it."""
