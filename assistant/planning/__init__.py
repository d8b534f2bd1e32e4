"""Preparing a meeting: what is asked, the plan, its changes, logs and exports."""
