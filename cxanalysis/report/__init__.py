"""From steps and findings to notebooks, slides and pages."""
