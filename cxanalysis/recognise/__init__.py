"""From records to roles, scales and kind of source, each with a reason and how sure it is."""
