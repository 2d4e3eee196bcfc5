"""A case leaves the portal whole, is verified without it, and one changed byte is found in the file where it is."""

import io
import json
import re
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from portal import evidence
from portal.db.session import Scope, enter
from portal.db.tables import Application, Retention
from portal.services import archive_file, archive_xml, case_package
from portal.services.exports import Package, check
from tests.factories import NOW
from tests.factories_decided import make_decided

SCHEMAS = Path(__file__).parents[1] / "schemas"
METS = {"m": "http://www.loc.gov/METS/", "x": "http://www.w3.org/1999/xlink", "p": "info:lc/xmlns/premis-v2"}
END_RECORD = 22  # bytes of a zip's last record, which says where its directory begins
ERMS = {"e": "http://xml.ra.se/e-arkiv/FGS-ERMS"}


def faults(held: Package) -> list[str]:
    return [f"{each.what}: {each.detail}" for each in check(held, verify_signature=lambda *_: None) if not each.holds]


def gathered(owner, db, workshop, case_id) -> Package:
    """As the municipality's own people have it, bound by row-level security."""
    application = owner.get_one(Application, case_id)
    enter(db, Scope(municipality_id=application.municipality_id))
    roots = [path.read_bytes() for path in workshop.seals.roots()]
    held = case_package.package(db, case_id, store=workshop.store, roots=roots)
    db.rollback()
    return held


# Made once for the tests of a process: each looks at it, and changes only copies.
_PACKED: list[bytes] = []


@pytest.fixture
def packed(owner, db, bjorkvik, workshop) -> bytes:
    if not _PACKED:
        case_id = make_decided(owner, db, bjorkvik, workshop)
        _PACKED.append(archive_file.to_zip(gathered(owner, db, workshop, case_id), made_at=NOW))
    return _PACKED[0]


def rewritten(packed: bytes, path: str, change) -> bytes:
    """The same archive with one file changed by somebody who knows how to write a zip."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == path else data)
    return made.getvalue()


def one_byte(data: bytes) -> bytes:
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def opened(packed: bytes) -> Package | str:
    """The package, or why it is none."""
    try:
        return archive_file.read(packed)
    except ValueError as refused:
        return str(refused)


def test_a_decided_case_is_exported_whole_and_holds_offline(packed, tmp_path, capsys):
    file = tmp_path / "case.zip"
    file.write_bytes(packed)

    assert evidence.verify_file(file) == 0
    said = capsys.readouterr().out
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        case = json.loads(archive.read("case.json"))
    assert "unaltered" in said
    assert [each["kind"] for each in case["papers"]] == ["receipt", "contract", "decision"]
    assert len([name for name in names if name.startswith("papers/")]) == 3
    assert len([name for name in names if name.startswith("documents/")]) == len(case["documents"]) > 3
    assert [name for name in names if name.startswith("letters/")]
    assert "protocol.pdf" in names
    assert len(case["rows"]["judgement"]) == len(case["rows"]["decision"][0]["protocol"])


def test_the_same_case_at_the_same_moment_gives_the_same_bytes(owner, db, bjorkvik, workshop):
    case_id = make_decided(owner, db, bjorkvik, workshop)

    first, second = (archive_file.to_zip(gathered(owner, db, workshop, case_id), made_at=NOW) for _ in range(2))

    assert first == second


def test_whichever_file_has_one_byte_changed_is_named(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        names = archive.namelist()
    kinds = {name.split("/")[0]: name for name in names}

    for path in set(kinds.values()) - {"case.json"}:
        found = faults(archive_file.read(rewritten(packed, path, one_byte)))
        assert any(path in each for each in found), (path, found)
    changed = rewritten(packed, "case.json", lambda data: data.replace(b"Intyg.pdf", b"Intyh.pdf", 1))
    assert any("case.json" in each for each in faults(archive_file.read(changed)))


def test_one_changed_byte_of_the_archive_itself_is_named_or_changes_no_file(packed):
    whole = archive_file.read(packed)
    size = len(packed)
    everywhere = [(at, 0x55) for at in range(40, size, size // 60)]
    end_record = [(at, change) for at in range(size - END_RECORD, size) for change in (0x01, 0x55, 0x80, 0xFF)]

    for at, change in everywhere + end_record:
        said = opened(packed[:at] + bytes([packed[at] ^ change]) + packed[at + 1 :])
        if isinstance(said, str):
            assert re.search(r"case\.json|not an exported case", said), (at, change)
        else:
            assert faults(said) or dict(said.digests) == dict(whole.digests), (at, change)


def test_a_file_that_is_added_or_taken_away_is_named(packed):
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(made, "w") as new:
        gone = next(name for name in old.namelist() if name.startswith("documents/"))
        for name in old.namelist():
            if name != gone:
                new.writestr(name, old.read(name))
        new.writestr("documents/annat.pdf", b"%PDF-")

    found = faults(archive_file.read(made.getvalue()))

    assert any(gone in each and "missing" in each for each in found)
    assert any("documents/annat.pdf" in each for each in found)


def test_an_event_that_is_rewritten_with_every_list_is_found_all_the_same(packed, tmp_path):
    def forged(data: bytes) -> bytes:
        case = json.loads(data)
        case["events"][3]["at"] = "2026-01-01T00:00:00+00:00"
        return json.dumps(case).encode()

    held = archive_file.read(rewritten(packed, "case.json", forged))
    trusting = Package(held.case, held.files, held.roots)

    assert faults(trusting) == ["event 4: is not what was written"]


def test_another_program_agrees_on_every_file(packed, tmp_path):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(tmp_path)

    told = subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path, capture_output=True, check=False)
    pdf = subprocess.run(["qpdf", "--check", "protocol.pdf"], cwd=tmp_path, capture_output=True, check=False)

    assert told.returncode == 0, told.stdout
    assert pdf.returncode == 0, pdf.stdout


def test_the_archives_own_metadata_lists_every_file_agent_and_event(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        sip = etree.fromstring(archive.read("sip.xml"))
        erms = etree.fromstring(archive.read("arendehantering.xml"))
        case = json.loads(archive.read("case.json"))
        names = set(archive.namelist()) - {"sip.xml", "SHA256SUMS"}
        sums = dict(line.split("  ")[::-1] for line in archive.read("SHA256SUMS").decode().splitlines())

    listed = {
        each.find("m:FLocat", METS).get(f"{{{METS['x']}}}href").removeprefix("file:"): each.get("CHECKSUM")
        for each in sip.iterfind(".//m:fileSec//m:file", METS)
    }
    assert set(listed) == names
    assert all(sums[path] == digest for path, digest in listed.items())
    agents = {(each.get("ROLE"), each.findtext("m:name", namespaces=METS)) for each in sip.iterfind(".//m:agent", METS)}
    assert ("ARCHIVIST", "Björkviks kommun") in agents
    assert len(sip.findall(".//p:event", METS)) == len(case["events"])
    assert erms.findtext(".//e:ArkivobjektArende/e:ArkivobjektID", namespaces=ERMS) == case["number"]
    records = erms.findall(".//e:ArkivobjektHandling", ERMS)
    assert len(records) == len(case["papers"]) + len(case["documents"]) + len(case["letters"])
    assert {each.get("Lank") for each in erms.iterfind(".//e:Bilaga", ERMS)} <= names


class Beside(etree.Resolver):
    """What a schema asks the network for lies beside it."""

    def resolve(self, url, public_id, context):
        return self.resolve_filename(str(SCHEMAS / url.rpartition("/")[2]), context)


def schema(name: str) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Beside())
    return etree.XMLSchema(etree.parse(SCHEMAS / name, parser))


def test_the_package_is_mets_and_its_events_are_premis_by_their_schemas(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        sip = etree.fromstring(archive.read("sip.xml"))
    mets, premis = schema("mets.xsd"), schema("premis.xsd")

    mets.assertValid(sip)
    events = [etree.fromstring(etree.tostring(each)) for each in sip.iterfind(".//p:event", METS)]
    assert len(events) > 5
    for each in events:
        premis.assertValid(each)
    sip.find(".//m:file", METS).set("CHECKSUMTYPE", "SHA-255")
    events[0].remove(events[0][1])
    assert not mets.validate(sip)
    assert not premis.validate(events[0])


def rights_in(sip) -> dict:
    return {each.findtext(".//p:act", namespaces=METS): each for each in sip.iterfind(".//p:rights", METS)}


def test_the_package_says_until_when_it_is_kept_and_that_its_secrecy_is_tried(owner, db, bjorkvik, workshop):
    case_id = make_decided(owner, db, bjorkvik, workshop)
    before = gathered(owner, db, workshop, case_id).case
    owner.merge(retention_of(owner, case_id, until=date(2036, 3, 2)))
    owner.commit()
    after = gathered(owner, db, workshop, case_id).case
    not_yet, kept = (etree.fromstring(archive_xml.sip_xml(case, (), made_at=NOW)) for case in (before, after))
    premis = schema("premis.xsd")

    for each in rights_in(kept).values():
        premis.assertValid(etree.fromstring(etree.tostring(each)))
    assert set(rights_in(not_yet)) == {"disseminate"}
    assert set(rights_in(kept)) == {"delete", "disseminate"}
    assert rights_in(kept)["delete"].findtext(".//p:endDate", namespaces=METS) == "2036-03-02"
    assert "2009:400" in rights_in(kept)["disseminate"].findtext(".//p:statuteCitation", namespaces=METS)


def retention_of(owner, case_id, *, until) -> Retention:
    case = owner.get_one(Application, case_id)
    return Retention(
        case_id=case_id,
        municipality_id=case.municipality_id,
        provider_id=case.provider_id,
        until=until,
        kept={},
        kept_at=NOW,
    )


def test_a_package_of_the_first_format_is_still_verified(packed, tmp_path):
    """As the first version wrote it: papers alone, and no list of files."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(made, "w") as new:
        case = json.loads(old.read("case.json"))
        first = {key: case[key] for key in ("id", "number", "last_seq", "last_hash", "events", "papers", "signatures")}
        new.writestr("case.json", json.dumps(first | {"format": 1}))
        for name in old.namelist():
            if name.startswith(("papers/", "roots/")):
                new.writestr(name, old.read(name))
    file = Path(tmp_path / "first.zip")
    file.write_bytes(made.getvalue())

    assert evidence.verify_file(file) == 0
    paper = next(name for name in zipfile.ZipFile(file).namelist() if name.startswith("papers/"))
    file.write_bytes(rewritten(file.read_bytes(), paper, one_byte))
    assert evidence.verify_file(file) == 1
