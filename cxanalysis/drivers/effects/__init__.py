"""Effects: coefficients in points of the metric, and what they predict."""
