"""Personal data: where it stands, what it is called, how it is masked."""
