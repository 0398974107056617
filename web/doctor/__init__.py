"""Looks at an installation without changing it and says in sentences what is wrong with it."""
