"""The diagrams open in bpmn-js, and every word stays inside its shape."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VIEWER = ROOT / "web/frontend/node_modules/bpmn-js/dist/bpmn-viewer.production.min.js"
MISSING = "Die Werkzeuge für die Oberfläche fehlen. Bitte starten Sie die Tests mit `make test`."
DIAGRAMS = sorted(ROOT.glob("processes/*/*.bpmn"))

OPEN = """async xml => {
  window.viewer = new BpmnJS({ container: document.body });
  return (await viewer.importXML(xml)).warnings.map(warning => warning.message);
}"""

# Four pixels of tolerance: the font of the machine may be a little wider than the editor's.
SPILLED = """() => {
  const canvas = viewer.get('canvas'), elements = viewer.get('elementRegistry'), spilled = [];
  for (const root of canvas.getRootElements()) {
    canvas.setRootElement(root);
    elements.forEach((element, gfx) => {
      const inside = /Task|SubProcess/.test(element.type) && element.width;
      const text = gfx.querySelector('.djs-visual > text');
      if (!text || !(inside || element.labelTarget) || canvas.findRoot(element) !== root) return;
      const box = text.getBBox();
      const fits = box.x >= -4 && box.y >= -4
        && box.x + box.width <= element.width + 4 && box.y + box.height <= element.height + 4;
      if (!fits) spilled.push(element.id);
    });
  }
  return spilled;
}"""


@pytest.fixture
def page(browser):
    assert VIEWER.exists(), MISSING
    page = browser.new_page()
    page.set_content("<body style='height: 900px'></body>")
    page.add_script_tag(path=VIEWER)
    yield page
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda path: path.stem)
def test_diagram_opens_in_the_editor_with_all_words_in_place(page, path):
    assert page.evaluate(OPEN, path.read_text(encoding="utf-8")) == []
    assert page.evaluate(SPILLED) == []
