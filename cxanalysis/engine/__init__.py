"""Where rows live and how they are summed: one query answers all an analysis needs."""
