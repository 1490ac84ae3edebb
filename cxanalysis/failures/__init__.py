"""From operational records to failures."""
