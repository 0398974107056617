"""Every table: calling `fill` makes the metadata complete."""

from importlib import import_module
from pkgutil import iter_modules

from sqlalchemy import MetaData

from engine import model
from engine.model.base import Base


def fill() -> MetaData:
    """Import every module of this folder and return the metadata that they fill."""
    for module in iter_modules(model.__path__, f"{model.__name__}."):
        import_module(module.name)
    return Base.metadata
