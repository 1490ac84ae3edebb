"""Charts: a result in, an Altair chart in the house style out."""
