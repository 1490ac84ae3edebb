"""Customers over time: who came, who stayed, who left, what it cost."""
