"""Rates: complaints, failures and unnecessary steps, per customer or per order."""
