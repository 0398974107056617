"""Files as clients send them to be deployed."""

import io
import json

from tests.engine.bpmn import drawing as d


def deploy(api, files, **fields):
    """Send files by name; return the answer."""
    resources = [(io.BytesIO(content), name) for name, content in files]
    parts = {"resources": resources} if resources else {}
    return api.call(
        "POST",
        "/deployments",
        None,
        data={**parts, **fields},
        content_type="multipart/form-data",
    )


def deployed(api, *files):
    """Deploy files that are sound; return what came out of them, each under its kind."""
    answer = deploy(api, files)
    assert answer.status_code == 200, answer.json["detail"]
    entries = answer.json["deployments"]
    assert all(len([each for each in entry.values() if each]) == 1 for entry in entries)
    return [next((kind, each) for kind, each in entry.items() if each) for entry in entries]


def process(process_id="probe", name="a", *steps):
    """A process with one user task that waits, and further steps before it."""
    ids = ("start", *(key for key, _ in steps), name, "ende")
    body = (d.start("start"), *(each for _, each in steps), d.user(name), d.end("ende"))
    return d.diagram(*body, d.chain(*ids), process=process_id)


def form(form_id="frage", **more):
    """A form without questions."""
    content = {"type": "default", "id": form_id, "schemaVersion": 19, "components": [], **more}
    return json.dumps(content).encode()


def table(graph="tabellen", decision="rabatt", *, output='"viel"'):
    """A decision table on `stufe`, and a second decision that stands on it."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{graph}" name="Tabellen"
    namespace="probe">
  <decision id="{decision}" name="Rabatt">
    <variable name="{decision}" />
    <decisionTable id="tabelle" hitPolicy="FIRST">
      <input id="eingang" label="Stufe">
        <inputExpression typeRef="number"><text>stufe</text></inputExpression>
      </input>
      <output id="ausgang" label="Ergebnis" name="ergebnis" typeRef="string" />
      <rule id="zeile_hoch">
        <inputEntry id="e1"><text>&gt; 3</text></inputEntry>
        <outputEntry id="a1"><text>{output}</text></outputEntry>
      </rule>
      <rule id="zeile_sonst">
        <inputEntry id="e2"><text>-</text></inputEntry>
        <outputEntry id="a2"><text>"wenig"</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <decision id="{decision}_text" name="Als Text">
    <variable name="{decision}_text" />
    <informationRequirement id="ir"><requiredDecision href="#{decision}" /></informationRequirement>
    <literalExpression id="le"><text>"Rabatt: " + {decision}</text></literalExpression>
  </decision>
</definitions>""".encode()
