"""The six elements of a customer's experience."""
