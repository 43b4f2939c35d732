#!/usr/bin/env python3
"""A reader of the strict form of the national exchange format, by Python's standard library alone.

It was written from the description of the format, without a look at the gateway's own reader and writer, to judge the
latter. So it forgives nothing: order, prefixes, spelling, dates, content ids, one-line base64 and the types of files must
be as the national library writes them; what is not is an error with its place.

Lines of JSON in, {"id": any, "package": base64}; lines of JSON out, {"id": any, "message": {...}} or {"id": any, "error": text}.
"""

import base64
import hashlib
import io
import json
import re
import sys
import zipfile
from xml.parsers import expat

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
PREFIX = "edXML:"
PROLOG = b'<?xml version="1.0" encoding="UTF-8"?>'
STATUS_CODES = {"01", "02", "03", "04", "05", "06", "13", "15", "16"}

# Stored as they are, by the extension of the name; the last two spreadsheet names are the library's own slips.
RAW_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/doc",
    "docx": "application/docx",
    "xsl": "application/xsl",
    "xslx": "application/xslx",
    "zip": "application/zip",
}
ENTRY_NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.[0-9A-Za-z]+)?")
DEFLATED = 8
ENTRY_FLAGS = 0x0808


class NotStrict(Exception):
    pass


class Node:
    def __init__(self, name, attributes, parent):
        self.name = name
        self.attributes = attributes
        self.parent = parent
        self.children = []
        self.text = ""

    def place(self):
        return ("" if self.parent is None else self.parent.place()) + "/" + self.name


def demand(condition, node, what):
    if not condition:
        raise NotStrict("%s: %s" % (node.place() if node is not None else "/", what))


def parse(data):
    demand(data.startswith(PROLOG), None, "no prolog of the strict form")
    parser = expat.ParserCreate("UTF-8")
    parser.buffer_text = True
    state = {"root": None, "open": None}

    def start(name, attributes):
        node = Node(name, attributes, state["open"])
        if state["open"] is None:
            state["root"] = node
        else:
            state["open"].children.append(node)
        state["open"] = node

    def end(_name):
        state["open"] = state["open"].parent

    def characters(text):
        state["open"].text += text

    def forbidden(*_arguments):
        raise NotStrict("a document type or a processing instruction")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = forbidden
    parser.ProcessingInstructionHandler = forbidden
    parser.Parse(data, True)
    return state["root"]


# What stands in a group: (name, how often, what it is). "1" once, "?" at most once, "*" any number, "+" at least once.
# What it is: a function of the node.


def text(node):
    plain(node)
    demand(not node.children, node, "elements where there is text")
    demand(node.text.strip(" \t\r\n") != "", node, "empty")
    return node.text


def integer(node):
    written = text(node)
    demand(re.fullmatch(r"0|[1-9][0-9]*", written), node, "no number: %r" % written)
    return int(written)


def boolean(node):
    written = text(node)
    demand(written in ("true", "false"), node, "neither true nor false")
    return written == "true"


def bit(node):
    written = text(node)
    demand(written in ("0", "1"), node, "neither 0 nor 1")
    return written == "1"


def date(node):
    written = text(node)
    demand(re.fullmatch(r"[0-9]{4}/[0-9]{2}/[0-9]{2}", written), node, "no date yyyy/MM/dd: %r" % written)
    return written.replace("/", "-")


def timestamp(node):
    written = text(node)
    form = r"[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"
    demand(re.fullmatch(form, written), node, "no time yyyy/MM/dd HH:mm:ss: %r" % written)
    return written.replace("/", "-").replace(" ", "T")


def status_code(node):
    written = text(node)
    demand(written in STATUS_CODES, node, "no code of a status")
    return written


def receiver_type(node):
    return "added" if bit(node) else "removed"


def plain(node, attributes=None):
    demand(node.attributes == (attributes or {}), node, "attributes %r" % (node.attributes,))


def group(*rows, **options):
    prefix = options.get("prefix", PREFIX)
    attributes = options.get("attributes")
    may_be_empty = options.get("may_be_empty", False)

    def read(node):
        plain(node, attributes)
        demand(node.text.strip(" \t\r\n") == "", node, "text between elements")
        demand(may_be_empty or node.children, node, "empty")
        found = {}
        rest = list(node.children)
        for name, occurs, reader in rows:
            values = []
            written = name if ":" in name else prefix + name
            while rest and rest[0].name == written and (occurs in "*+" or not values):
                values.append(reader(rest.pop(0)))
            demand(values or occurs in "?*", node, "no %s" % name)
            key = name.split(":")[-1]
            if occurs in "*+":
                found[key] = values
            elif values:
                found[key] = values[0]
        demand(not rest, node, "%s is out of place or unknown" % (rest[0].name if rest else ""))
        return found

    return read


def listed(name, reader):
    """A group of one repeated element, as a list."""
    inner = group((name, "+", reader))
    return lambda node: inner(node)[name]


ORGANIZATION = group(
    ("OrganId", "1", text),
    ("OrganizationInCharge", "?", text),
    ("OrganName", "?", text),
    ("OrganAdd", "?", text),
    ("Email", "?", text),
    ("Telephone", "?", text),
    ("Fax", "?", text),
    ("Website", "?", text),
)

RESPONSE_FOR = group(
    ("OrganId", "1", text),
    ("Code", "1", text),
    ("DocumentId", "1", text),
    ("PromulgationDate", "?", date),
)

STAFF_INFO = group(
    ("Department", "?", text),
    ("Staff", "?", text),
    ("Email", "?", text),
    ("Mobile", "?", text),
)

OTHER_INFO = group(
    ("Priority", "?", integer),
    ("SphereOfPromulgation", "?", text),
    ("TyperNotation", "?", text),
    ("PromulgationAmount", "?", integer),
    ("PageAmount", "?", integer),
    ("Direction", "?", boolean),
    ("Appendixes", "?", listed("Appendix", text)),
)

DOCUMENT_HEADER = group(
    ("From", "1", ORGANIZATION),
    ("To", "+", ORGANIZATION),
    ("DocumentId", "1", text),
    ("Code", "1", group(("CodeNumber", "1", text), ("CodeNotation", "1", text))),
    ("PromulgationInfo", "1", group(("Place", "?", text), ("PromulgationDate", "1", date))),
    ("DocumentType", "?", group(("Type", "?", integer), ("TypeDetail", "?", integer), ("TypeName", "?", text))),
    ("Subject", "1", text),
    ("Content", "?", text),
    ("SignerInfo", "?", group(("Competence", "?", text), ("Position", "?", text), ("FullName", "?", text))),
    ("DueDate", "?", date),
    ("OtherInfo", "?", OTHER_INFO),
    ("ResponseFor", "*", RESPONSE_FOR),
    ("SteeringType", "?", integer),
    ("ToPlaces", "?", listed("Place", text)),
)

BUSSINESS = group(
    ("DocumentId", "?", text),
    ("BussinessDocType", "1", integer),
    ("BussinessDocReason", "?", text),
    ("Paper", "?", integer),
    (
        "BussinessDocumentInfo",
        "?",
        group(
            ("DocumentInfo", "?", bit),
            ("DocumentReceiver", "?", bit),
            ("ReceiverList", "?", listed("Receiver", group(("OrganId", "1", text), ("ReceiverType", "1", receiver_type)))),
        ),
    ),
    (
        "ReplacementInfoList",
        "?",
        listed("ReplacementInfo", group(("DocumentId", "1", text), ("OrganIdList", "?", listed("OrganId", text)))),
    ),
    ("StaffInfo", "?", STAFF_INFO),
)

TRACES = group(
    ("Bussiness", "1", BUSSINESS),
    ("TraceHeader", "*", group(("OrganId", "?", text), ("Timestamp", "1", timestamp))),
)

MANIFEST = group(
    (
        "Reference",
        "*",
        group(
            ("ContentId", "1", text),
            ("ContentType", "1", text),
            ("Description", "?", text),
            ("AttachmentName", "1", text),
        ),
    ),
    attributes={"version": "1.0"},
    may_be_empty=True,
)


def encoded(node):
    plain(node, {"xmlns:edXML": NAMESPACE})
    demand(not node.children, node, "elements in base64")
    demand(re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", node.text), node, "not one line of base64")
    return base64.b64decode(node.text, validate=True)


BLOCK = group(
    (
        "Attachment",
        "*",
        group(
            ("ContentId", "1", text),
            ("AttachmentName", "1", text),
            ("Description", "?", text),
            ("ContentType", "1", text),
            (PREFIX + "ContentTransferEncoded", "1", encoded),
            prefix="",
        ),
    ),
    prefix="",
    may_be_empty=True,
)

STATUS_HEADER = group(
    ("From", "1", ORGANIZATION),
    ("ResponseFor", "1", RESPONSE_FOR),
    ("StaffInfo", "?", STAFF_INFO),
    ("StatusCode", "1", status_code),
    ("Description", "?", text),
    ("Timestamp", "1", timestamp),
)


def only(parent, name, among):
    demand(among and among[0].name == name, parent, "no %s at its place" % name)
    return among.pop(0)


def parts(node, attributes=None):
    plain(node, attributes)
    demand(node.text.strip(" \t\r\n") == "", node, "text between elements")
    return list(node.children)


def package(data):
    root = parse(data)
    demand(root.name == "edXML", root, "no root of the strict form")
    top = parts(root, {"xmlns": NAMESPACE})
    envelope = only(root, PREFIX + "edXMLEnvelope", top)
    inner = parts(envelope, {"xmlns:edXML": NAMESPACE})
    header = only(envelope, PREFIX + "edXMLHeader", inner)
    headers = parts(header)
    message_header = only(header, PREFIX + "MessageHeader", headers)
    if any(child.name == PREFIX + "StatusCode" for child in message_header.children):
        demand(not (headers or inner or top), root, "a status with more than its header")
        return dict(STATUS_HEADER(message_header), kind="status")
    message = DOCUMENT_HEADER(message_header)
    traces = TRACES(only(header, PREFIX + "TraceHeaderList", headers))
    if headers and headers[0].name == "Signature":
        headers.pop(0)
    demand(not headers, header, "more than a header has")
    body = only(envelope, PREFIX + "edXMLBody", inner)
    demand(not inner, envelope, "more than an envelope has")
    bodies = parts(body)
    manifest = MANIFEST(only(body, PREFIX + "edXMLManifest", bodies))
    demand(not bodies, body, "more than a body has")
    block = only(root, "AttachmentEncoded", top)
    demand(not top, root, "more than a package has")
    return document(message, traces, manifest["Reference"], BLOCK(block)["Attachment"], block)


def document(message, traces, references, attachments, block):
    bussiness = traces["Bussiness"]
    kind = bussiness.pop("BussinessDocType")
    demand(kind in (0, 1, 2, 3), block.parent, "no kind of document")
    if kind == 1:
        demand("DocumentId" in bussiness, block.parent, "a revocation that does not name what it revokes")
    info = bussiness.pop("BussinessDocumentInfo", {})
    for replaced in bussiness.get("ReplacementInfoList", []):
        replaced.setdefault("OrganIdList", [])
    labels = [{name: entry.get(name) for name in LABELS} for entry in attachments]
    demand(labels == [{name: entry.get(name) for name in LABELS} for entry in references], block, "not what the manifest lists")
    ids = [entry["ContentId"] for entry in attachments]
    demand(len(set(ids)) == len(ids), block, "one id twice")
    message.setdefault("DocumentType", {})
    message.setdefault("OtherInfo", {})
    message.setdefault("ToPlaces", [])
    return dict(
        message,
        kind=("new", "revoke", "update", "replace")[kind],
        Bussiness=dict(bussiness, **info),
        TraceHeaders=traces["TraceHeader"],
        Attachments=[attachment(entry, block) for entry in attachments],
    )


LABELS = ("ContentId", "AttachmentName", "Description", "ContentType")


def attachment(entry, block):
    content_id = entry["ContentId"]
    demand(content_id.startswith("cid:") and len(content_id) > 4, block, "an id without cid:")
    content = opened(entry["AttachmentName"], entry["ContentType"], entry["ContentTransferEncoded"], block)
    read = {"ContentId": content_id[4:], "AttachmentName": entry["AttachmentName"]}
    if "Description" in entry:
        read["Description"] = entry["Description"]
    return dict(read, size=len(content), sha256=hashlib.sha256(content).hexdigest())


def opened(name, label, content, block):
    """The file itself. What the library does not store raw lies in an archive of one entry."""
    found = re.search(r"\.([0-9A-Za-z]+)\Z", name)
    extension = "" if found is None else found.group(1)
    raw = RAW_TYPES.get(extension.lower())
    if raw is not None:
        demand(label == raw, block, "%r labelled %s" % (name, label))
        return content
    demand(label == "application/zip", block, "%r labelled %s" % (name, label))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        demand(len(entries) == 1, block, "%d entries in the archive of %r" % (len(entries), name))
        entry = entries[0]
        demand(entry.compress_type == DEFLATED, block, "%r is not deflated" % name)
        demand(entry.flag_bits == ENTRY_FLAGS, block, "%r has flags %x" % (name, entry.flag_bits))
        demand(ENTRY_NAME.fullmatch(entry.filename), block, "entry %r" % entry.filename)
        wanted = "" if extension == "" else "." + extension
        demand(entry.filename.endswith(wanted) and ("." in entry.filename) == bool(wanted), block, "entry %r" % entry.filename)
        return archive.read(entry)


def main():
    for line in sys.stdin:
        job = json.loads(line)
        answer = {"id": job["id"]}
        try:
            answer["message"] = package(base64.b64decode(job["package"]))
        except (NotStrict, expat.ExpatError, zipfile.BadZipFile, ValueError) as error:
            answer["error"] = str(error)
        sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
