"""Training the safety classifier: the examples it learns from, and the command that learns."""
