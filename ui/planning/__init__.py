"""The Plan view: preparing a meeting, taking the plan along, and what came of it."""
