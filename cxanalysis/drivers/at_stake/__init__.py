"""Customers and money at stake."""
