"""Every defensible variant of one driver analysis, side by side."""
