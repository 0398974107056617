"""The tables, one noun per file, plain SQLAlchemy declarative."""
