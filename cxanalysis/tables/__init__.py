"""What a table is: reading, recognising, linking."""
