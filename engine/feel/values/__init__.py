"""FEEL values on plain Python types, and what can be said about them."""
