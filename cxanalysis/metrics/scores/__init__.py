"""Scores that customers give: NPS, CSAT, CES, ratings."""
