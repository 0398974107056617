"""A small process that asks a worker, a decision and a person; under its own name for each test."""

from itertools import count

from tests.engine.bpmn import drawing as d
from tests.web.api import sending

_numbers = count(1)


class Sample:
    """The files of one deployment, written into a folder."""

    def __init__(self, folder):
        number = next(_numbers)
        self.process = f"probe_{number}"
        self.job = f"pruefen-{number}"
        self.decision = f"rabatt_{number}"
        self.form = f"frage_{number}"
        self.files = [
            self._write(folder, "probe.bpmn", self._diagram()),
            self._write(folder, "tabelle.dmn", sending.table(f"tafel_{number}", self.decision)),
            self._write(folder, "frage.form", sending.form(self.form)),
        ]

    def _write(self, folder, name, content):
        path = folder / name
        path.write_bytes(content)
        return str(path)

    def _diagram(self):
        form = d.zeebe("formDefinition", formId=self.form)
        return d.diagram(
            d.start(),
            d.job("pruefen", type=self.job),
            d.decide("entscheiden", self.decision, "ergebnis"),
            d.user("fragen", d.zeebe("userTask"), form),
            d.end(),
            d.chain("start", "pruefen", "entscheiden", "fragen", "end"),
            process=self.process,
        )
