"""Runs processes: SQLAlchemy and SpiffWorkflow, never Flask."""
