"""Annual reports and bookkeeping as programs write them: K2, K3 and K3 for groups as inline XBRL, and SIE 4.

The shapes are those of the filed reports: contexts ``period0``/``balans0`` for the year and ``…1`` for the one before,
a header with hidden figures, the multi-year overview in thousands, notes with dimensions.
"""

import io
import zipfile
from dataclasses import dataclass, replace
from html import escape

OLD, NEW = "2017-09-30", "2021-10-31"


@dataclass(frozen=True)
class Row:
    """One tagged number, as it is printed."""

    name: str
    printed: str
    context: str = "balans0"
    unit: str = "SEK"
    format: str = "ixt:numspacecomma"
    scale: str = "0"
    decimals: str = "INF"
    sign: str = ""
    id: str = ""
    before: str = ""  # layout before the tag, such as a dash

    def html(self) -> str:
        given = {
            "contextRef": self.context,
            "name": self.name if ":" in self.name else f"se-gen-base:{self.name}",
            "unitRef": self.unit,
            "decimals": self.decimals,
            "scale": self.scale,
            "format": self.format,
            "sign": self.sign,
            "id": self.id,
        }
        attributes = " ".join(f'{name}="{escape(value)}"' for name, value in given.items() if value)
        tagged = f"<ix:nonFraction {attributes}>{self.printed}</ix:nonFraction>"
        return f"<tr><td>{self.name}</td><td>{self.before}{tagged}</td></tr>"


BALANCE = (
    Row("Omsattningstillgangar", "2 900 000", id="oms"),
    Row("VarulagerMm", "100 000", id="lager"),
    Row("Tillgangar", "4 100 000", id="summa-tillgangar"),
    Row("EgetKapital", "1 200 000", id="ek"),
    Row("ObeskattadeReserver", "50 000", id="obesk"),
    Row("KortfristigaSkulder", "2 000 000", id="korta"),
    Row("EgetKapitalSkulder", "4 100 000", id="summa-ek-skulder"),
)
YEAR_BEFORE = tuple(
    replace(row, context="balans1", printed=printed, id=f"{row.id}-1")
    for row, printed in zip(
        BALANCE,
        ("2 500 000", "120 000", "3 800 000", "1 000 000", "40 000", "1 900 000", "3 800 000"),
        strict=True,
    )
)
OVERVIEW = (
    Row("Nettoomsattning", "12 345", context="period0", scale="3", decimals="-3"),
    Row("Soliditet", "30,2", unit="procent", format="ixt:numcomma", scale="-2"),
    Row("Kassalikviditet", "140,0", unit="procent", format="ixt:numcomma", scale="-2"),
)


def xhtml(
    *rows: Row,
    taxonomy: str = NEW,
    kind: str = "k2",
    orgnr: str = "556677-8899",
    year: tuple[str, str] = ("2024-01-01", "2024-12-31"),
    before: tuple[str, str] = ("2023-01-01", "2023-12-31"),
    currency: str = "iso4217:SEK",
    prefix: str = "se-gen-base",
    extra: str = "",
    padding: str = "",
) -> bytes:
    body = "\n".join(row.html() for row in rows).replace("se-gen-base:", f"{prefix}:")
    contexts = "".join(
        _context(
            f"period{index}", f"<xbrli:startDate>{first}</xbrli:startDate><xbrli:endDate>{last}</xbrli:endDate>", orgnr
        )
        + _context(f"balans{index}", f"<xbrli:instant>{last}</xbrli:instant>", orgnr)
        for index, (first, last) in enumerate((year, before))
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"
 xmlns:ixt="http://www.xbrl.org/inlineXBRL/transformation/2010-04-20"
 xmlns:ixt2="http://www.xbrl.org/inlineXBRL/transformation/2011-07-31"
 xmlns:ixt4="http://www.xbrl.org/inlineXBRL/transformation/2020-02-12"
 xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:xbrldi="http://xbrl.org/2006/xbrldi"
 xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:iso4217="http://www.xbrl.org/2003/iso4217" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xmlns:se-cd-base="http://www.taxonomier.se/se/fr/cd-base/{taxonomy}"
 xmlns:{prefix}="http://www.taxonomier.se/se/fr/gen-base/{taxonomy}" lang="sv">
<head><title>Årsredovisning</title><style>td {{ text-align: right }}</style></head>
<body><div style="display:none"><ix:header><ix:hidden>
<ix:nonNumeric contextRef="period0" name="se-cd-base:RakenskapsarSistaDag">{year[1]}</ix:nonNumeric></ix:hidden>
<ix:references><link:schemaRef xlink:type="simple"
 xlink:href="http://xbrl.taxonomier.se/se/fr/gaap/{kind}/risbs/{taxonomy}/se-{kind}-risbs-{taxonomy}.xsd"/></ix:references>
<ix:resources>{contexts}{extra}
<xbrli:unit id="SEK"><xbrli:measure>{currency}</xbrli:measure></xbrli:unit>
<xbrli:unit id="procent"><xbrli:measure>xbrli:pure</xbrli:measure></xbrli:unit>
</ix:resources></ix:header></div>
<h1>Årsredovisning för
 <ix:nonNumeric contextRef="period0" name="se-cd-base:ForetagetsNamn">Åkerbär &amp; Co AB</ix:nonNumeric></h1>
<table>
{body}
</table>{padding}</body></html>""".encode()


def _context(id_: str, period: str, orgnr: str, segment: str = "") -> str:
    return (
        f'<xbrli:context id="{id_}"><xbrli:entity><xbrli:identifier scheme="http://www.bolagsverket.se">{orgnr}'
        f"</xbrli:identifier>{segment}</xbrli:entity><xbrli:period>{period}</xbrli:period></xbrli:context>\n"
    )


def with_dimension(id_: str, *, orgnr: str = "556677-8899", last: str = "2024-12-31") -> str:
    """A context for a part of the equity, as the note on changes in equity has."""
    segment = (
        '<xbrli:segment><xbrldi:explicitMember dimension="se-cd-base:EgetKapitalDimension">'
        "se-cd-base:AktiekapitalMember</xbrldi:explicitMember></xbrli:segment>"
    )
    return _context(id_, f"<xbrli:instant>{last}</xbrli:instant>", orgnr, segment)


def k2(**given: str) -> bytes:
    """A K2 report with two years, the overview in thousands, and a note with a dimension."""
    note = Row("EgetKapital", "50 000", context="aktiekapital", id="not-ek")
    orgnr = given.get("orgnr", "556677-8899")
    return xhtml(*OVERVIEW, *BALANCE, *YEAR_BEFORE, note, extra=with_dimension("aktiekapital", orgnr=orgnr), **given)


def k3(**given: str) -> bytes:
    """A K3 report under the older namespace, in thousands."""
    rows = tuple(
        replace(row, printed=row.printed.removesuffix(" 000"), scale="3", decimals="-3")
        for row in (*BALANCE, *YEAR_BEFORE)
    )
    return xhtml(*OVERVIEW, *rows, kind="k3", taxonomy=OLD, **given)


def k3k(**given: str) -> bytes:
    """A group's report: the figures without a dimension may be the group's."""
    return xhtml(*OVERVIEW, *BALANCE, *YEAR_BEFORE, kind="k3k", **given)


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(f"{name}.xhtml", data)
    return made.getvalue()


SIE_RECORDS = """#FLAGGA 0
#PROGRAM "Bokföringen" 4.2
#FORMAT PC8
#GEN 20250214
#SIETYP 4
#ORGNR 556677-8899
#FNAMN "Åkerbär \\"Familjestöd\\" AB"
#RAR 0 20240101 20241231
#RAR -1 20230101 20231231
#KONTO 1910 "Kassa"
#KONTO 1460 "Lager av varor"
#KONTO 2440 "Leverantörsskulder"
#IB 0 1210 1200000.00
#IB 0 1460 120000.00
#IB 0 1910 2480000.00
#IB 0 2081 -1000000.00
#IB 0 2150 -40000.00
#IB 0 2350 -860000.00
#IB 0 2440 -1900000.00
"""
CLOSING = """#UB 0 1210 1200000.00
#UB 0 1460 100000.00
#UB 0 1910 2800000.00
#UB 0 2081 -1000000.00
#UB 0 2150 -50000.00
#UB 0 2350 -850000.00
#UB 0 2440 -2000000.00
#RES 0 3010 -900000.00
#RES 0 5010 690000.00
#RES 0 8811 10000.00
"""
VOUCHERS = """#VER A 1 20240601 "Året, i ett verifikat"
{
#TRANS 1910 {} 320000.00
#TRANS 1460 {1 "Nord"} -20000.00 20240601 "Uttag ur lagret"
#TRANS 2150 {} -10000.00
#TRANS 2350 {} 10000.00
#TRANS 2440 {} -100000.00
#TRANS 3010 {1 "N}ord" 6 "0001"} -900000.00
#TRANS 5010 {} 690000.00
#TRANS 8811 {} 10000.00
}
"""


def sie(
    *, closing: str = CLOSING, vouchers: str = VOUCHERS, records: str = SIE_RECORDS, encoding: str = "cp437"
) -> bytes:
    """The same company as in ``k2``: equity 1 200 000 with the year's result, untaxed reserves 50 000 …"""
    return (records + closing + vouchers).replace("\n", "\r\n").encode(encoding)
