"""Made-up companies, people and the numbers they carry.  The same seed gives the same ones."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from portal.domain.identifiers import luhn_holds, sort_key

FIRST = (
    "Vega Aurora Björken Linden Nordan Solgården Havet Fjället Älvan Ängen Örnen Åsen Granen Eken Rönnen Tallen Lönnen "
    "Hasseln Sälgen Aspen Kompassen Fyren Bryggan Hamnen Kvarnen Smedjan Gården Torget Bron Porten Källan Bäcken Sjön "
    "Viken Udden Holmen Skogen Dalen Höjden Kullen Stenen Månen Stjärnan Norrsken Gryning Skymning Vår Sommar Höst "
    "Duvan Svalan Lärkan Tranan Ugglan Räven Haren Igelkotten Kastanjen Klövern Linnea Blåklockan"
).split()
SECOND = (
    "Familjestöd Omsorg Hemtjänst Assistans Vård Samtal Rådgivning Boende Behandling Kompetens Utveckling Daglig "
    "Gemenskap Trygghet Vardag Hjälp Resurs Kraft"
).split()
FORMS = (("AB", "ab"), ("ekonomisk förening", "ekonomisk_forening"), ("HB", "handelsbolag"), ("i Mälardalen AB", "ab"))
GIVEN = "Anna Erik Maria Lars Karin Mikael Sara Johan Emma Anders Eva Peter Fatima Ahmed Linnéa Åke Örjan Ylva".split()
FAMILY = "Lindqvist Öberg Åkesson Johansson Nilsson Hassan Bergström Ek Sandberg Haile Nyström Ålund Wikström".split()
TOWNS = "Björkvik Ekholm Sundby Lillån Storvik Norrby Österås Ängelsta Mariedal Hällefors Vallsta Torsby".split()


@dataclass(frozen=True, slots=True)
class Company:
    id: UUID
    orgnr: str
    name: str
    sort_key: str
    form: str
    town: str
    signatory: UUID
    editor: UUID


class Maker:
    """Draws everything from one seeded source, so that a run can be repeated."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def id(self) -> UUID:
        return UUID(int=self.random.getrandbits(128), version=4)

    def person(self) -> str:
        return f"{self.random.choice(GIVEN)} {self.random.choice(FAMILY)}"

    def companies(self, count: int) -> Iterator[Company]:
        for index in range(count):
            words, form = FORMS[index % len(FORMS)]
            town = TOWNS[(index // 7) % len(TOWNS)]
            name = f"{self.random.choice(FIRST)} {self.random.choice(SECOND)} i {town} {words}"
            yield Company(self.id(), orgnr(index), name, sort_key(name), form, town, self.id(), self.id())


def orgnr(index: int) -> str:
    stem = f"559{index:06d}"
    return next(stem + last for last in "0123456789" if luhn_holds(stem + last))
