"""Copies of an installation's database: made while it runs, checked, and put back."""
