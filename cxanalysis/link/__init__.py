"""From what happened to a customer to the answer that the customer gave afterwards."""
