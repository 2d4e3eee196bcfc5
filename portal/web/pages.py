"""From a view to a page: the template environment, and the one way to answer with HTML.

A view is a frozen dataclass, built whole before rendering.  The page is made
inside the transaction and before the commit, so that a template that fails
leaves nothing half done.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from litestar import Litestar, Response
from litestar.enums import MediaType
from litestar.exceptions import MethodNotAllowedException, NotFoundException

from portal import locale
from portal.domain.criteria import Language
from portal.locale import formats
from portal.views import chrome
from portal.web.assets import asset
from portal.web.desk import AnyRequest, desk_of
from portal.web.folding import OneLanguage

TEMPLATES = Path(__file__).parent.parent / "templates"


_REMEMBERED = 400
_remembered: OrderedDict[tuple[Hashable, ...], str] = OrderedDict()
_lock = Lock()


def remembered(key: Hashable, macro: Callable[..., str], *arguments: Any) -> str:
    """What ``macro`` makes of ``arguments``, made once in each language.

    Only for what can never change under its key, such as the words of a
    published version, and with nothing of the reader in it.
    """
    whole = (key, locale.language(), getattr(macro, "name", ""))
    with _lock:
        if (known := _remembered.get(whole)) is not None:
            return known
    made = macro(*arguments)
    with _lock:
        _remembered[whole] = made
        while len(_remembered) > _REMEMBERED:
            _remembered.popitem(last=False)
    return made


def environment() -> OneLanguage:
    """The templates in the language that is being spoken."""
    return _environment(locale.language())


def tell_templates(**told: Any) -> None:
    """Give every template a value that holds for the whole process."""
    for language in locale.LANGUAGES:
        _environment(language).globals.update(told)


@cache
def _environment(language: Language) -> OneLanguage:
    made = OneLanguage(
        language,
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,  # jinja2's default is False
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(locale.gettext, locale.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals["asset"] = asset
    made.globals["remembered"] = remembered
    made.globals["in_language"] = lambda text: getattr(text, language)
    made.filters.update(
        day=formats.day,
        short_day=formats.short_day,
        weekday=formats.weekday,
        moment=formats.moment,
        day_of=formats.day_of,
        size=formats.size,
        money=formats.money,
    )
    return made


def page(
    request: AnyRequest,
    template: str,
    view: Any,
    *,
    status_code: int = 200,
    headers: dict[str, str] | None = None,
) -> Response[str]:
    """Render ``template`` with ``page`` (the view) and ``chrome`` (what stands around it)."""
    html = environment().get_template(template).render(page=view, chrome=chrome_for(request, view))
    return Response(html, media_type=MediaType.HTML, status_code=status_code, headers=headers)


def chrome_for(request: AnyRequest, view: Any) -> chrome.Chrome:
    identity = desk_of(request).identity
    path = request.url.path
    if path == "/foretag" or path.startswith("/foretag/"):
        room = "company"
    elif path == "/kommun" or path.startswith("/kommun/"):
        room = "staff"
    else:
        room = "public"
    brand: chrome.Brand = getattr(view, "brand", None) or chrome.OWN
    if room == "staff" and identity is not None and identity.municipality_changed is not None:
        brand = chrome.brand_of(
            identity.municipality_slug or "", identity.municipality_name or "", identity.municipality_changed
        )
    return chrome.Chrome(
        brand=brand,
        menu=chrome.menu(room, path, brand, identity),
        who=chrome.who(identity),
        room=room,
        language=locale.language(),
        here=here_of(request),
        wide=room == "staff",
    )


def here_of(request: AnyRequest) -> str:
    """Where this page can be asked for again, in another language say.

    What answers a form may stand at an address that only takes forms: then it is the nearest page above.
    """
    path = request.url.path
    if request.method == "GET":
        return path + (f"?{request.url.query}" if request.url.query else "")
    while path.count("/") > 1 and not _can_be_asked_for(request.app, path):
        path = path.rpartition("/")[0]
    return path


def _can_be_asked_for(app: Litestar, path: str) -> bool:
    try:
        app.asgi_router.handle_routing(path=path, method="GET")
    except (MethodNotAllowedException, NotFoundException):
        return False
    return True
