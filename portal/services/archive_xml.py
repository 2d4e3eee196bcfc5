"""The metadata that an archive asks for: ``sip.xml`` (METS, with PREMIS) and the case as FGS Ärendehantering.

What is the standard's and what awaits a municipality's own agreement with its
archive is written in docs/archive.md.  Nothing is looked up here: everything
comes from the package that is being written.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

SIP_XML = "sip.xml"
CASE_XML = "arendehantering.xml"

METS = "http://www.loc.gov/METS/"
XLINK = "http://www.w3.org/1999/xlink"
PREMIS = "info:lc/xmlns/premis-v2"
ERMS = "http://xml.ra.se/e-arkiv/FGS-ERMS"
PROFILE = "http://xml.ra.se/e-arkiv/METS/CommonSpecificationSwedenPackageProfile.xml"
AWAITS = "Fylls i enligt kommunens leveransöverenskommelse"
"""Stands where only the municipality's agreement with its archive knows the value."""

for prefix, namespace in (("mets", METS), ("xlink", XLINK), ("premis", PREMIS)):
    ET.register_namespace(prefix, namespace)


@dataclass(frozen=True)
class FileFacts:
    path: str
    sha256: str
    size: int
    media_type: str


def sip_xml(case: Mapping[str, Any], files: tuple[FileFacts, ...], *, made_at: datetime) -> bytes:
    about = case["about"]
    root = ET.Element(
        _m("mets"),
        {
            "OBJID": f"UUID:{case['id']}",
            "LABEL": _writable(f"{case['number'] or case['id']}, {about['company']}"),
            "TYPE": "ERMS",
            "PROFILE": PROFILE,
        },
    )
    header = ET.SubElement(root, _m("metsHdr"), {"CREATEDATE": made_at.isoformat(), "RECORDSTATUS": "NEW"})
    _agent(header, about["municipality"], ROLE="ARCHIVIST", TYPE="ORGANIZATION", note=about["board"])
    _agent(header, "Kundval", ROLE="ARCHIVIST", TYPE="OTHER", OTHERTYPE="SOFTWARE")
    _agent(header, about["municipality"], ROLE="CREATOR", TYPE="ORGANIZATION", note=about["board"])
    ET.SubElement(header, _m("altRecordID"), {"TYPE": "SUBMISSIONAGREEMENT"}).text = AWAITS
    ET.SubElement(header, _m("altRecordID"), {"TYPE": "DELIVERYTYPE"}).text = "ERMS"
    section = ET.SubElement(root, _m("amdSec"), {"ID": "amd"})
    _kept(section, about)
    _secrecy(section)
    for event in case["events"]:
        _premis_event(section, event, case["people"])
    numbered = [(f"file-{number}", each) for number, each in enumerate(files, start=1)]
    group = ET.SubElement(ET.SubElement(root, _m("fileSec")), _m("fileGrp"), {"ID": "files"})
    for id_, each in numbered:
        _file(group, id_, each, made_at)
    structure = ET.SubElement(root, _m("structMap"), {"TYPE": "physical", "LABEL": "Paket"})
    division = ET.SubElement(structure, _m("div"), {"LABEL": "files", "ADMID": "amd"})
    for id_, _each in numbered:
        ET.SubElement(division, _m("fptr"), {"FILEID": id_})
    return _written(root)


def _agent(header: ET.Element, name: str, *, note: str = "", **attributes: str) -> None:
    agent = ET.SubElement(header, _m("agent"), attributes)
    _say(agent, _m("name"), name)
    _say(agent, _m("note"), note)


def _kept(section: ET.Element, about: Mapping[str, Any]) -> None:
    """Until when nothing of the case may be thinned out; nothing where that has not been set (it is not decided)."""
    if not about.get("kept_until"):
        return
    statement = _rights(section, "bevarande", "other")
    other = ET.SubElement(statement, _p("otherRightsInformation"))
    _say(other, _p("otherRightsBasis"), "Nämndens dokumenthanteringsplan")
    granted = ET.SubElement(statement, _p("rightsGranted"))
    _say(granted, _p("act"), "delete")
    _say(granted, _p("restriction"), "Får inte gallras")
    term = ET.SubElement(granted, _p("termOfRestriction"))
    _say(term, _p("startDate"), about["kept_at"][:10])
    _say(term, _p("endDate"), about["kept_until"])


def _secrecy(section: ET.Element) -> None:
    """The portal sets no secrecy marks: a case is public as a rule, and it is tried whenever somebody asks for it."""
    statement = _rights(section, "sekretess", "statute")
    statute = ET.SubElement(statement, _p("statuteInformation"))
    _say(statute, _p("statuteJurisdiction"), "SE")
    _say(statute, _p("statuteCitation"), "Offentlighets- och sekretesslagen (2009:400)")
    granted = ET.SubElement(statement, _p("rightsGranted"))
    _say(granted, _p("act"), "disseminate")
    _say(granted, _p("restriction"), "Sekretess prövas när handlingen begärs ut")
    _say(granted, _p("rightsGrantedNote"), "Ingen sekretessmarkering är satt i Kundval")


def _rights(section: ET.Element, name: str, basis: str) -> ET.Element:
    held = ET.SubElement(section, _m("rightsMD"), {"ID": f"rights-{name}"})
    wrap = ET.SubElement(held, _m("mdWrap"), {"MDTYPE": "PREMIS:RIGHTS"})
    rights = ET.SubElement(ET.SubElement(wrap, _m("xmlData")), _p("rights"))
    statement = ET.SubElement(rights, _p("rightsStatement"))
    identifier = ET.SubElement(statement, _p("rightsStatementIdentifier"))
    _say(identifier, _p("rightsStatementIdentifierType"), "kundval")
    _say(identifier, _p("rightsStatementIdentifierValue"), name)
    _say(statement, _p("rightsBasis"), basis)
    return statement


def _premis_event(section: ET.Element, event: Mapping[str, Any], people: Mapping[str, str]) -> None:
    held = ET.SubElement(section, _m("digiprovMD"), {"ID": f"event-{event['seq']}"})
    wrap = ET.SubElement(held, _m("mdWrap"), {"MDTYPE": "PREMIS:EVENT"})
    made = ET.SubElement(ET.SubElement(wrap, _m("xmlData")), _p("event"))
    identifier = ET.SubElement(made, _p("eventIdentifier"))
    ET.SubElement(identifier, _p("eventIdentifierType")).text = "kundval"
    ET.SubElement(identifier, _p("eventIdentifierValue")).text = str(event["seq"])
    ET.SubElement(made, _p("eventType")).text = event["kind"]
    ET.SubElement(made, _p("eventDateTime")).text = event["at"]
    ET.SubElement(made, _p("eventDetail")).text = f"SHA-256 {event['hash']}"
    if event["actor"]:
        agent = ET.SubElement(made, _p("linkingAgentIdentifier"))
        ET.SubElement(agent, _p("linkingAgentIdentifierType")).text = event["side"]
        ET.SubElement(agent, _p("linkingAgentIdentifierValue")).text = people.get(event["actor"], event["actor"])


def _file(group: ET.Element, id_: str, each: FileFacts, made_at: datetime) -> None:
    file = ET.SubElement(
        group,
        _m("file"),
        {
            "ID": id_,
            "USE": each.path.partition("/")[0],
            "MIMETYPE": each.media_type,
            "SIZE": str(each.size),
            "CREATED": made_at.isoformat(),
            "CHECKSUM": each.sha256,
            "CHECKSUMTYPE": "SHA-256",
        },
    )
    location = {"LOCTYPE": "URL", f"{{{XLINK}}}type": "simple", f"{{{XLINK}}}href": f"file:{each.path}"}
    ET.SubElement(file, _m("FLocat"), location)


def case_xml(case: Mapping[str, Any]) -> bytes:
    """The case with its records (handlingar), by the names that FGS Ärendehantering gives them."""
    about = case["about"]
    root = ET.Element("Leveransobjekt", {"xmlns": ERMS})
    listed = ET.SubElement(root, "ArkivobjektListaArenden")
    made = ET.SubElement(listed, "ArkivobjektArende", {"Systemidentifierare": f"UUID:{case['id']}"})
    _say(made, "ArkivobjektID", case["number"] or case["id"])
    _say(made, "ArendeTyp", "Ansökan i valfrihetssystem (LOV)")
    _say(made, "Skapad", about["opened_at"])
    _say(made, "Inkommen", about.get("submitted_at"))
    _say(made, "Beslutat", about.get("decided_at"))
    _say(made, "Arendemening", f"{about['company']}: {about.get('service', '')}")
    party = ET.SubElement(made, "Motpart")
    _say(party, "Namn", about["company"])
    _say(party, "Organisationsnummer", about["organisation_number"])
    _say(made, "StatusArende", about.get("state"))
    records = ET.SubElement(made, "ArkivobjektListaHandlingar")
    for each in case["papers"]:
        _record(records, each, "Upprattad", each["title"], each["made_at"], f"papers/{each['id']}.pdf")
    for each in case["documents"]:
        _record(records, each, "Inkommen", each["name"], each["uploaded_at"], each["path"])
    for each in case["letters"]:
        _record(records, each, "Expedierad", each["subject"], each["at"], each["path"])
    return _written(root)


def _record(records: ET.Element, row: Mapping[str, Any], moment: str, title: str, at: str, path: str) -> None:
    """``moment`` names what ``at`` is: made here, come in, or sent out."""
    made = ET.SubElement(records, "ArkivobjektHandling", {"Systemidentifierare": f"UUID:{row['id']}"})
    _say(made, "ArkivobjektID", row.get("number") or row["id"])
    _say(made, "Handlingstyp", row.get("kind", "Underlag"))
    _say(made, "Rubrik", title)
    _say(made, moment, at)
    if path:
        ET.SubElement(made, "Bilaga", {"Namn": _writable(title or row["id"]), "Lank": path})


def _say(parent: ET.Element, name: str, value: str | None) -> None:
    if value:
        ET.SubElement(parent, name).text = _writable(value)


def _writable(text: str) -> str:
    """XML 1.0 has no form for most control characters; people paste them all the same."""
    return re.sub(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]", "\N{REPLACEMENT CHARACTER}", text)


def _m(name: str) -> str:
    return f"{{{METS}}}{name}"


def _p(name: str) -> str:
    return f"{{{PREMIS}}}{name}"


def _written(root: ET.Element) -> bytes:
    ET.indent(root, " ")
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"
