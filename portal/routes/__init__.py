"""Every room's router, in the order they are tried; static addresses stand before ``/{municipality}``."""

from portal.routes import company, sign_in

ROUTERS = (
    sign_in.router,
    company.door,
    company.room,
    company.invitations,
)
