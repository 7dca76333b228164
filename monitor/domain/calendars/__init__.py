"""When shops are open, and when planned work is under way: the calendars that both follow."""
