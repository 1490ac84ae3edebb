"""Rows of tables on the disk: exact as read, plain as analysed, joined without being doubled."""
