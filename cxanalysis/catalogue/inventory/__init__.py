"""The list of metrics that an organisation keeps in a spreadsheet, however it looks."""
