"""Forms: the schema, its check, its values and its view model. Pure."""
