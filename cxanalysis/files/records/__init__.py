"""Records and nothing but records: titles, units, totals, notes and repeated blocks are told apart from rows."""
