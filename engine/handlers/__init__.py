"""The service and send tasks of the diagrams, by their type: one transaction with the step."""

from engine.handlers.call import Handler, HandlerCall, OutgoingMessage
from engine.handlers.catalogue import HANDLERS, LEAVE_THE_CASE

__all__ = ["HANDLERS", "LEAVE_THE_CASE", "Handler", "HandlerCall", "OutgoingMessage"]
