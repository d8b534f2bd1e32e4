"""Practising conversations."""
