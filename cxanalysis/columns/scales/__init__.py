"""Rating scales: words on a ladder, numbers with words beside them, legends, stars."""
