"""Human help first: noticing concerns, boundaries, and who can be reached."""
