"""How long things take, open cases counted in; and what is settled at first contact."""
