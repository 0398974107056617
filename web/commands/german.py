"""Commands that help in German, with examples, and say in German what was wrong with a call."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from click import Context, HelpFormatter, Parameter

from web.commands.answering import Answer, Code, refusal, refused

AS_JSON = "--json"
WRONG_CALL = 2
LONGEST_LINE = 200
INTERRUPTED = 130


class Help(click.Command):
    """What commands and groups of commands say about themselves, in German."""

    examples: tuple[str, ...] = ()

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Say how the command is called."""
        arguments = [p for p in self.get_params(ctx) if isinstance(p, click.Argument)]
        pieces = ["[OPTIONEN]", *(each for p in arguments for each in p.get_usage_pieces(ctx))]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="Aufruf: ")

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """List the options, then give an example or two."""
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]
        with formatter.section("Optionen"):
            formatter.write_dl([(_spelled(p, ctx), _explained(p)) for p in options])
        if self.examples:
            with formatter.section("Beispiele"):
                for example in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{example}\n")

    def get_help_option(self, ctx: Context) -> click.Option | None:
        """Return the option that shows all this."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Zeigt diese Hilfe."
        return option


class Command(Help):
    """A command that answers in lines or, if it has a result, as one JSON object."""

    def __init__(
        self, *given: Any, examples: Iterable[str] = (), data: bool = True, **more: Any
    ) -> None:
        super().__init__(*given, **more)
        self.examples = tuple(examples)
        if data:
            explained = "Sagt das Ergebnis als JSON."
            self.params.append(click.Option([AS_JSON, "as_json"], is_flag=True, help=explained))

    def invoke(self, ctx: Context) -> None:
        """Run the command, tell its answer or the refusal, and end with the exit code."""
        as_json = ctx.params.pop("as_json", False)
        try:
            answer: Answer | None = super().invoke(ctx)
        except Exception as problem:
            sentence = refusal(problem)
            if sentence is None:
                raise
            if as_json:
                refused(problem, sentence).tell(as_json=True)
            else:
                click.echo(sentence, err=True)
            ctx.exit(Code.REFUSED)
        if answer is not None:
            answer.tell(as_json=as_json)
            ctx.exit(answer.code)


class Group(Help, click.Group):
    """A command that has commands."""

    command_class = Command

    def format_usage(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Say how the commands are called."""
        formatter.write_usage(ctx.command_path, "BEFEHL …", prefix="Aufruf: ")

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """List the options and the commands."""
        super().format_options(ctx, formatter)
        found = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        with formatter.section("Befehle"):
            formatter.write_dl(
                [(name, each.get_short_help_str(LONGEST_LINE)) for name, each in found]
            )


class Place(click.Path):
    """A path, complained of with one German sentence."""

    def __init__(self, name: str, sentence: str, **allowed: bool) -> None:
        super().__init__(path_type=Path, **allowed)
        self.name, self._sentence = name, sentence

    def convert(self, value: Any, param: Parameter | None, ctx: Context | None) -> Any:
        """Return the path, or say that nothing fitting lies there."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"„{value}“ {self._sentence}")


FILE = Place("datei", "gibt es nicht oder ist keine lesbare Datei.", exists=True, dir_okay=False)
TARGET = Place("datei", "ist ein Ordner oder nicht beschreibbar.", dir_okay=False, writable=True)
FOLDER_OR_FILE = Place("pfad", "gibt es nicht oder ist nicht lesbar.", exists=True)


def run(command: click.Command) -> None:
    """Run the command line and end the process; what was called wrongly is said in German."""
    try:
        ended = command.main(prog_name=command.name, standalone_mode=False)
    except click.UsageError as wrong:
        click.echo(_complaint(wrong), err=True)
        sys.exit(WRONG_CALL)
    except click.Abort:
        click.echo("Abgebrochen.", err=True)
        sys.exit(INTERRUPTED)
    sys.exit(ended)


def _complaint(wrong: click.UsageError) -> str:
    """Say what is wrong with a call, and where help is."""
    if isinstance(wrong, click.exceptions.NoArgsIsHelpError):
        return wrong.format_message()
    sentence = next(say(wrong) for kind, say in _WRONG if isinstance(wrong, kind))
    return f"{sentence}\nHilfe: {wrong.ctx.command_path if wrong.ctx else 'lotse'} --help"


def _of_value(wrong: Any) -> str:
    return f"{_name(wrong)}: {wrong.message}"


def _of_missing(wrong: Any) -> str:
    return f"Es fehlt: {_name(wrong)}."


def _of_option(wrong: Any) -> str:
    meant = f" Gemeint ist vielleicht {wrong.possibilities[0]}." if wrong.possibilities else ""
    return f"Die Option {wrong.option_name} gibt es hier nicht.{meant}"


def _of_option_value(wrong: Any) -> str:
    return f"Die Option {wrong.option_name} ist nicht richtig angegeben: Fehlt oder stört ein Wert?"


def _of_rest(wrong: click.UsageError) -> str:
    """Find the word that is no command, or that stands where nothing belongs."""
    said = wrong.message.split("'")
    if wrong.ctx is not None and isinstance(wrong.ctx.command, click.Group):
        return f"Den Befehl {said[1]} gibt es nicht." if len(said) > 1 else "Es fehlt der Befehl."
    return f"Das ist zu viel: {wrong.message.partition('(')[2].rstrip(').')}."


_WRONG: tuple[tuple[type[click.UsageError], Callable[[Any], str]], ...] = (
    (click.MissingParameter, _of_missing),
    (click.BadParameter, _of_value),
    (click.NoSuchOption, _of_option),
    (click.BadOptionUsage, _of_option_value),
    (click.UsageError, _of_rest),
)


def _name(wrong: Any) -> str:
    found: Parameter | None = wrong.param
    if found is None or wrong.ctx is None:
        return str(wrong.param_hint or "")
    return found.opts[0] if isinstance(found, click.Option) else found.make_metavar(wrong.ctx)


def _spelled(option: click.Option, ctx: Context) -> str:
    spelled = ", ".join(option.opts)
    return spelled if option.is_flag else f"{spelled} {option.make_metavar(ctx)}"


def _explained(option: click.Option) -> str:
    said = option.help or ""
    return f"{said} (nötig)" if option.required else said
