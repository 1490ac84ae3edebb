"""Every metric the organisation uses: what it is, who answers for it, what it shall reach, what it adds up to."""
