"""Guided writing."""
