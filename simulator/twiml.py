"""Reads what the application answered, as strictly as a document can be read (twilio-contract §1.2, §3).

Reading collects problems instead of stopping at the first; what is wrong is left out of the document, as Twilio does.
Whether a problem is an exception or a line in the debugger is for the exchange to say (`Knobs.strict`).
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from simulator.numbers import is_e164, plain
from simulator.records import Problem
from simulator.schema import ELEMENTS, LONGEST_SPEECH, SSML, Element

LONGEST_BODY = 64 * 1024
XML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
BREAKS = {"none": 0.0, "x-weak": 0.0, "weak": 0.25, "medium": 0.5, "strong": 1.0, "x-strong": 1.5}
PARTS = {"p": " ", "s": " ", "break": " "}
"""What stands between words where these elements begin."""
MOST_NOUNS = 10


@dataclass(frozen=True, slots=True)
class Verb:
    """One element that can be carried out; its text with SSML taken out, `silence` being the seconds of its breaks."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple[Verb, ...] = ()
    silence: float = 0.0

    def says(self, name: str, default: str = "") -> str:
        """The attribute's value."""
        return self.attributes.get(name, default)

    def is_on(self, name: str) -> bool:
        """Whether a yes-or-no attribute says yes."""
        return self.attributes.get(name) == "true"


@dataclass(frozen=True, slots=True)
class Document:
    """The verbs of one answer, and what is wrong with it."""

    verbs: tuple[Verb, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_readable(self) -> bool:
        """Whether Twilio could carry it out at all."""
        return not any(problem.fatal for problem in self.problems)


def read(body: bytes, content_type: str, *, longest_speech: int = LONGEST_SPEECH) -> Document:
    """The document in `body`, with every problem that was found in it; one Say may have so many letters."""
    fault = _fault(body, content_type.partition(";")[0].strip().lower())
    if fault is not None:
        return Document((), (fault,))
    try:
        root = ET.fromstring(body)  # noqa: S314 - the application's own; entities and document types are refused above
    except ET.ParseError as error:
        return Document((), (Problem(12100, f"it cannot be parsed: {error}", fatal=True),))
    if root.tag != "Response":
        return Document((), (Problem(12102, f"the root is <{root.tag}>, not <Response>", fatal=True),))
    reader = _Reader(longest_speech)
    response = reader.verb(root)
    return Document(response.children, tuple(reader.problems))


def _fault(body: bytes, kind: str) -> Problem | None:
    """Why nobody needs to parse that."""
    bare = re.sub(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", b"", body, flags=re.DOTALL)
    faults = (
        (kind not in XML_TYPES, 12300, f"the content type is {kind or 'missing'}, not text/xml"),
        (len(body) > LONGEST_BODY, 11750, f"the answer has {len(body)} bytes, more than {LONGEST_BODY}"),
        (not body, 11770, "the answer is empty"),
        (not body.startswith(b"<"), 12100, f"{body[:12]!r} stands before the document; not even a space may"),
        (b"<!" in bare, 12100, "a document type is declared"),
    )
    return next((Problem(code, message, fatal=True) for wrong, code, message in faults if wrong), None)


class _Reader:
    """Walks one document and keeps what it found wrong."""

    def __init__(self, longest_speech: int) -> None:
        self.problems: list[Problem] = []
        self._longest_speech = longest_speech

    def wrong(self, code: int, message: str, *, fatal: bool = False) -> None:
        self.problems.append(Problem(code, message, fatal=fatal))

    def verb(self, node: ET.Element) -> Verb:
        element = ELEMENTS[node.tag]
        attributes = self._attributes(node, element)
        if node.tag == "Say":
            return self._speech(node, attributes)
        children = tuple(self.verb(child) for child in node if self._fits(child, node, element))
        text = "".join([node.text or "", *(child.tail or "" for child in node)]).strip()
        self._check_text(node.tag, text, element)
        verb = Verb(node.tag, attributes, text, children)
        self._check_whole(verb)
        return verb

    def _attributes(self, node: ET.Element, element: Element) -> dict[str, str]:
        good: dict[str, str] = {}
        for raw, value in node.attrib.items():
            name = "xml:lang" if raw == XML_LANG else raw
            rule = element.attributes.get(name)
            if rule is None:
                self.wrong(12200, f"<{node.tag}> has no attribute {name!r} (it stands there with {value!r})")
            elif not rule.fits(value):
                self.wrong(rule.code, f"<{node.tag} {name}={value!r}> must be {rule.wants}")
            else:
                good[name] = value
        return good

    def _fits(self, child: ET.Element, node: ET.Element, element: Element) -> bool:
        if child.tag not in element.children:
            known = "may not stand" if child.tag in ELEMENTS else "is no TwiML; it stands"
            self.wrong(element.nesting_code, f"<{child.tag}> {known} in <{node.tag}>")
            return False
        if not ELEMENTS[child.tag].simulated:
            self.wrong(12200, f"<{child.tag}> exists at Twilio but this exchange does not simulate it", fatal=True)
            return False
        return True

    def _check_text(self, name: str, text: str, element: Element) -> None:
        if text and element.text == "none":
            self.wrong(12200, f"<{name}> may not hold text: {text[:40]!r}")
        if not text and element.text == "needed":
            self.wrong(13520 if name == "Say" else 12200, f"<{name}> is empty")

    def _speech(self, node: ET.Element, attributes: dict[str, str]) -> Verb:
        words, silence = self._spoken(node)
        text = " ".join("".join(words).split())
        self._check_text("Say", text, ELEMENTS["Say"])
        if len(text) > self._longest_speech:
            self.wrong(13520, f"<Say> has {len(text)} letters, more than {self._longest_speech}")
        return Verb("Say", attributes, text, (), silence)

    def _spoken(self, node: ET.Element) -> tuple[list[str], float]:
        words, silence = [node.text or ""], 0.0
        for child in node:
            if child.tag not in SSML:
                self.wrong(12200, f"<{child.tag}> may not stand in <{node.tag}>")
            else:
                attributes = self._attributes(child, SSML[child.tag])
                inner, pause = self._spoken(child)
                words += [attributes["alias"]] if "alias" in attributes else [PARTS.get(child.tag, ""), *inner]
                silence += pause + (_length(attributes) if child.tag == "break" else 0.0)
            words.append(child.tail or "")
        return words, silence

    def _check_whole(self, verb: Verb) -> None:
        if verb.name == "Play" and bool(verb.text) == ("digits" in verb.attributes):
            self.wrong(13420, "<Play> needs an address or digits, and not both")
        elif verb.name == "Dial":
            self._check_dial(verb)
        elif "machineDetection" in verb.attributes:
            self.wrong(12200, "machineDetection exists at Twilio but this exchange does not simulate it", fatal=True)
        elif verb.name == "Number" and not is_e164(plain(verb.text)):
            self.wrong(13224, f"<Number>{verb.text}</Number> is no telephone number")

    def _check_dial(self, verb: Verb) -> None:
        if bool(verb.text) == bool(verb.children):
            self.wrong(13223, "<Dial> needs a number or nouns, and not both")
        if verb.text and not is_e164(plain(verb.text)):
            self.wrong(13224, f"<Dial>{verb.text}</Dial> is no telephone number")
        if len(verb.children) > MOST_NOUNS:
            self.wrong(13000, f"<Dial> rings {len(verb.children)} telephones, more than {MOST_NOUNS}")


def _length(attributes: dict[str, str]) -> float:
    if "time" not in attributes:
        return BREAKS[attributes.get("strength", "medium")]
    time = attributes["time"]
    return float(time.removesuffix("ms")) / 1000 if time.endswith("ms") else float(time.removesuffix("s"))
