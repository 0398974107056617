"""From tree to closures: one module for each family of nodes."""
