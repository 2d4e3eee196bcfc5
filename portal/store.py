"""The object store that the settings name: for web, worker and commands alike."""

from documents.store import Store
from portal.settings import Settings


def open_store(settings: Settings) -> Store:
    """Asks nothing yet; whether it answers is seen at the first call."""
    return Store(
        endpoint_url=settings.s3_endpoint,
        bucket=settings.s3_bucket,
        access_key=settings.s3_access_key,
        secret_key=settings.s3_secret_key,
    )
