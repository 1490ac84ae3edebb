"""What one column holds: texts, numbers, dates, words on a scale, codes for "no answer"."""
