"""Breaks files at random: bytes, the tree of an XML file, the tree of a JSON file."""

import json
from copy import deepcopy

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
PIECES = [b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"<![CDATA[", b"]]>", b"&amp;", b"&#0;", b"&x;"]
PIECES += [b"<!--", b"<?x?>", b"\xc3\x28", b"9" * 5000, b"{" * 60, b"[" * 60, b"<a>" * 120]
NAMES = [
    *("userTask", "serviceTask", "scriptTask", "subProcess", "callActivity", "adHocSubProcess"),
    *("exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway"),
    *("startEvent", "endEvent", "boundaryEvent", "intermediateCatchEvent", "sequenceFlow"),
    *("timerEventDefinition", "messageEventDefinition", "errorEventDefinition", "process"),
    *("multiInstanceLoopCharacteristics", "conditionExpression", "extensionElements", "message"),
    *("terminateEventDefinition", "signalEventDefinition", "timeDuration", "timeCycle"),
]
TEXTS = [
    *("", " ", "=", "= (", "= 1", "= null", "= true", '= "x"', "= [1, 2, 3]", "= fehlt.x"),
    *("P1D", "R/PT1S", "R3/P1M", "R99999/P9999Y", "2026-02-30", "9999-12-31", "-P1D", "true"),
    *("= [1..100000]", "= for i in 1..9999 return i", "ü\u202e", "a" * 3000, "= " + "(" * 300),
    *("= 10 ** 9999", '= duration("P999999999Y")', "= x[item > 1]", "false", "0", "-1"),
    *('= matches("' + "a" * 40 + '", "(a+)+b")', "= string join([1..9])", "{{", "{{ 1 +"),
]


def bytes_of(source, random):
    """Return the bytes after a few accidents."""
    content = bytearray(source)
    for _ in range(random.randint(1, 6)):
        at = random.randrange(len(content) + 1)
        until = min(len(content), at + random.randint(1, 80))
        accident = random.randrange(6)
        if accident == 0:
            content[at:until] = b""
        elif accident == 1:
            content[at:at] = content[at:until]
        elif accident == 2:
            content[at:at] = random.choice(PIECES)
        elif accident == 3:
            content[at:until] = random.randbytes(until - at)
        elif accident == 4:
            del content[random.choice([at, len(content)]) :]
        elif at < len(content):
            content[at] ^= 1 << random.randrange(8)
    return bytes(content)


def xml_of(source, random):
    """Return an XML file after a few accidents to its elements."""
    root = etree.fromstring(source)
    for _ in range(random.choice((1, 1, 2, 3, 5))):
        nodes = [node for node in root.iter("*") if node is not root]
        if not nodes:
            break
        random.choice(XML_ACCIDENTS)(random.choice(nodes), nodes, random)
    return etree.tostring(root)


def _remove(node, nodes, random):
    node.getparent().remove(node)


def _double(node, nodes, random):
    node.addnext(deepcopy(node))


def _move(node, nodes, random):
    target = random.choice(nodes)
    if node not in target.iterancestors() and target is not node:
        target.append(node)


def _rename(node, nodes, random):
    name = random.choice([*NAMES, etree.QName(random.choice(nodes)).localname])
    node.tag = f"{{{random.choice([BPMN, BPMN, ZEEBE, 'urn:fremd'])}}}{name}"


def _set(node, nodes, random):
    names = [*node.attrib, "id", "name", "default", "attachedToRef", "cancelActivity"]
    donor = random.choice(nodes)
    node.set(random.choice(names), random.choice([*TEXTS, *donor.attrib.values()]))


def _forget(node, nodes, random):
    if node.attrib:
        del node.attrib[random.choice(list(node.attrib))]


def _tell(node, nodes, random):
    node.text = random.choice([*TEXTS, random.choice(nodes).text or ""])


def _swap(node, nodes, random):
    other = random.choice(nodes)
    if node.attrib and other.attrib:
        one, two = random.choice(list(node.attrib)), random.choice(list(other.attrib))
        left, right = node.get(one), other.get(two)
        node.set(one, right)
        other.set(two, left)


XML_ACCIDENTS = [_remove, _double, _move, _rename, _set, _set, _forget, _tell, _tell, _swap]


def json_of(source, random):
    """Return a JSON file after a few accidents to its values."""
    document = json.loads(source)
    for _ in range(random.choice((1, 1, 2, 3, 5))):
        places = list(_places(document))
        if not places:
            break
        holder, key = random.choice(places)
        accident = random.randrange(4)
        if accident == 0:
            del holder[key]
        elif accident == 1:
            other, name = random.choice(places)
            holder[key] = deepcopy(other[name])
        elif accident == 2 and isinstance(holder, dict):
            holder[random.choice(list(_names(document)))] = holder[key]
        else:
            holder[key] = random.choice([*TEXTS, *VALUES])
    return json.dumps(document).encode()


VALUES = [None, True, False, 0, -1, 1e308, 10**400, [], {}, [[]], {"a": {}}, ["= 1"], 3.5]


def _places(value):
    keys = value if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


def _names(document):
    return sorted({key for holder, key in _places(document) if isinstance(holder, dict)})
