"""Models other than the linear one, as average effects in the same points."""
