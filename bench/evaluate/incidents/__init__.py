"""What goes wrong in the world: a module of scripts for each kind, and who is struck when."""
