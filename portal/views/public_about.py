"""Who answers for the portal, on the pages about accessibility and personal data."""

from dataclasses import dataclass
from email.utils import parseaddr

from sqlmodel import Session

from portal.views.chrome import Brand
from portal.views.public import PlaceLine, StartPage, brand_for


@dataclass(frozen=True)
class AboutPage:
    """``contact`` is the municipality's where one is given, otherwise the portal's own sender."""

    brand: Brand | None
    contact: str
    phone: str
    places: tuple[PlaceLine, ...]

    @classmethod
    def read(cls, db: Session, slug: str | None, *, mail_from: str) -> "AboutPage":
        brand = brand_for(db, slug)
        places = () if brand else StartPage.read(db).places
        contact = brand.contact_email if brand else parseaddr(mail_from)[1]
        return cls(brand, contact, brand.contact_phone if brand else "", places)
