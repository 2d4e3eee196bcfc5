"""A demo company's annual report, in the shape in which Bolagsverket takes them: inline XBRL under the K2 taxonomy."""

from html import escape

MEDIA_TYPE = "application/xhtml+xml"
_TAXONOMY = "2021-10-31"
# What is printed, this year and the year before, in kronor.
_BALANCE = (
    ("Omsattningstillgangar", "Summa omsättningstillgångar", "2 900 000", "2 500 000"),
    ("VarulagerMm", "Varulager m.m.", "100 000", "120 000"),
    ("Tillgangar", "Summa tillgångar", "4 100 000", "3 800 000"),
    ("EgetKapital", "Summa eget kapital", "1 200 000", "1 000 000"),
    ("ObeskattadeReserver", "Summa obeskattade reserver", "50 000", "40 000"),
    ("KortfristigaSkulder", "Summa kortfristiga skulder", "2 000 000", "1 900 000"),
    ("EgetKapitalSkulder", "Summa eget kapital och skulder", "4 100 000", "3 800 000"),
)


def annual_report(name: str, orgnr: str, year: int) -> bytes:
    """``orgnr`` is ten digits; ``year`` is the calendar year that the report is for."""
    contexts = "".join(_context(f"balans{back}", orgnr, year - back) for back in (0, 1))
    rows = "".join(
        f"<tr><td>{label}</td>{_tagged(element, now, 0)}{_tagged(element, before, 1)}</tr>\n"
        for element, label, now, before in _BALANCE
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"
 xmlns:ixt="http://www.xbrl.org/inlineXBRL/transformation/2010-04-20" xmlns:xbrli="http://www.xbrl.org/2003/instance"
 xmlns:link="http://www.xbrl.org/2003/linkbase" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:iso4217="http://www.xbrl.org/2003/iso4217"
 xmlns:se-gen-base="http://www.taxonomier.se/se/fr/gen-base/{_TAXONOMY}" lang="sv">
<head><title>Årsredovisning {year}</title></head>
<body><div><ix:header><ix:references><link:schemaRef xlink:type="simple"
 xlink:href="http://xbrl.taxonomier.se/se/fr/gaap/k2/risbs/{_TAXONOMY}/se-k2-risbs-{_TAXONOMY}.xsd"/></ix:references>
<ix:resources>{contexts}
<xbrli:unit id="SEK"><xbrli:measure>iso4217:SEK</xbrli:measure></xbrli:unit></ix:resources></ix:header></div>
<h1>Årsredovisning för {escape(name)}</h1>
<h2>Balansräkning, kronor</h2>
<table><tr><th>Post</th><th>{year}-12-31</th><th>{year - 1}-12-31</th></tr>
{rows}</table></body></html>""".encode()


def _context(id_: str, orgnr: str, year: int) -> str:
    return (
        f'<xbrli:context id="{id_}"><xbrli:entity><xbrli:identifier scheme="http://www.bolagsverket.se">'
        f"{orgnr[:6]}-{orgnr[6:]}</xbrli:identifier></xbrli:entity><xbrli:period>"
        f"<xbrli:instant>{year}-12-31</xbrli:instant></xbrli:period></xbrli:context>\n"
    )


def _tagged(element: str, printed: str, back: int) -> str:
    return (
        f'<td><ix:nonFraction contextRef="balans{back}" name="se-gen-base:{element}" unitRef="SEK" decimals="INF" '
        f'scale="0" format="ixt:numspacecomma">{printed}</ix:nonFraction></td>'
    )
