"""Tables and steps kept on disk."""
