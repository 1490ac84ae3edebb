"""Whether data can be trusted, what each fault does, and what can be left out."""
