"""From bytes to records: encodings, delimiters, headers, workbooks, statistics files, databases."""
