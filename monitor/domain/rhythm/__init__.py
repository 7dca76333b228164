"""The weekly rhythm in which terminals go off and return, learnt from when they were off."""
