"""What a table is: its rows, the decisions about them, and parts of it."""
