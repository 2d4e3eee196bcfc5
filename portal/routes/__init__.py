"""Every room's router, in the order they are tried; static addresses stand before ``/{municipality}``."""

from portal.routes import (
    applications,
    company,
    company_documents,
    contracts,
    health,
    papers,
    public,
    sign_in,
    signing,
    staff_contracts,
    theme,
    verify,
)

ROUTERS = (
    sign_in.router,
    health.router,
    theme.router,
    verify.router,
    company.door,
    company.room,
    company.invitations,
    applications.begin,
    applications.router,
    company_documents.company_router,
    company_documents.staff_router,
    contracts.router,
    signing.router,
    papers.company,
    papers.staff,
    staff_contracts.router,
    public.router,
)
