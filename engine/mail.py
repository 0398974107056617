"""Sends notices by mail: that something waits in Lotse, never what or about whom."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from engine.errors import Conflict

TIMEOUT = 20


class MailRefused(Conflict):
    """Der Mailserver hat die Nachricht nicht angenommen."""


class MailServerUnset(Conflict):
    """Es ist kein Mailserver eingerichtet. Die Nachricht wartet, bis es einen gibt."""


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where mails go out."""

    host: str
    port: int
    sender: str
    name: str | None = None
    password: str | None = None
    starttls: bool = True  #: off only for a server on the same machine


def send_notice(key: str, address: str, server: MailServer | None, *, link: str) -> None:
    """Send a notice under a number that stays the same; raise `MailServerUnset`, `MailRefused`."""
    if server is None:
        raise MailServerUnset
    try:
        _send(server, _notice(key, address, server, link))
    except (OSError, smtplib.SMTPException, ValueError) as problem:
        raise MailRefused from problem


def _notice(key: str, address: str, server: MailServer, link: str) -> EmailMessage:
    """Say that something waits, and nothing about whom it concerns."""
    message = EmailMessage(policy=SMTP)
    message["From"] = server.sender
    message["To"] = address
    message["Subject"] = "In Lotse wartet eine Nachricht auf Sie"
    message["Message-ID"] = f"<{key}@{server.sender.rpartition('@')[2]}>"
    message.set_content(
        "Guten Tag,\n\nin Lotse liegt eine Nachricht für Sie bereit. Bitte melden Sie sich an, um"
        f" sie zu lesen:\n{link}\n\nAus Gründen des Datenschutzes steht in dieser Mail kein"
        " Inhalt. Bitte antworten Sie nicht auf diese Mail.\n"
    )
    return message


def _send(server: MailServer, message: EmailMessage) -> None:
    with smtplib.SMTP(server.host, server.port, timeout=TIMEOUT) as connection:
        if server.starttls:
            connection.starttls(context=ssl.create_default_context())
        if server.name and server.password:
            connection.login(server.name, server.password)
        connection.send_message(message)
