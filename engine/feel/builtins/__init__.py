"""The built-in functions, one module for each family."""
