"""What a part starts as a process of its own: clients, servers, fleets."""
