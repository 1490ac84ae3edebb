"""Importance: shares of the explained variance that add up, and how sure their order is."""
