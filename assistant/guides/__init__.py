"""From a file to sections and chunks whose offsets point into one stored text."""
