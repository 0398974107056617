"""The commands of `lotse` that keep an installation, one module for each thing they are about."""
