"""Who was asked, who answered, and how they differ."""
