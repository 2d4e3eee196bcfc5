"""Every room's router, in the order they are tried; static addresses stand before ``/{municipality}``."""

from portal.routes import sign_in

ROUTERS = (sign_in.router,)
