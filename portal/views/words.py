"""What states, outcomes and events are called, for each reader, and with which shape.

Every state is named for every audience; a test finds one that is not.
"""

from dataclasses import dataclass

from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.criteria import Consequence, ControlPoint, DocumentState, Outcome, Progress
from portal.domain.identifiers import OrganisationForm
from portal.domain.roles import Role
from portal.domain.validity import Validity
from portal.locale import gettext as _
from portal.locale import said_once
from portal.locale.refusals import refused


@dataclass(frozen=True)
class Status:
    """An icon's shape, words, and a colour only where somebody must act (VISUAL.md, 2)."""

    shape: str  # done half empty wait act stop ask
    words: str
    colour: str | None = None  # neutral warning danger success


@said_once
def application_for_company(state: State) -> Status:
    return {
        State.DRAFT: Status("half", _("Utkast"), "neutral"),
        State.SUBMITTED: Status("wait", _("Inskickad")),
        State.UNDER_REVIEW: Status("half", _("Granskas"), "neutral"),
        State.SUPPLEMENT_REQUESTED: Status("act", _("Komplettering begärd"), "warning"),
        State.PROPOSED_DECISION: Status("half", _("Inför beslut"), "neutral"),
        State.APPROVED: Status("done", _("Godkänd"), "success"),
        State.REJECTED: Status("stop", _("Inte godkänd"), "danger"),
        State.WITHDRAWN: Status("empty", _("Återkallad")),
    }[state]


@said_once
def application_for_staff(state: State) -> Status:
    return {
        State.DRAFT: Status("empty", _("Utkast")),
        State.SUBMITTED: Status("empty", _("Ny")),
        State.UNDER_REVIEW: Status("half", _("Granskas")),
        State.SUPPLEMENT_REQUESTED: Status("wait", _("Väntar på sökanden")),
        State.PROPOSED_DECISION: Status("done", _("Förslag lämnat")),
        State.APPROVED: Status("done", _("Godkänd")),
        State.REJECTED: Status("stop", _("Avslagen")),
        State.WITHDRAWN: Status("empty", _("Återkallad")),
    }[state]


@said_once
def authorization(state: AuthorizationState) -> Status:
    return {
        AuthorizationState.OFFERED: Status("act", _("Väntar på underskrift"), "warning"),
        AuthorizationState.SIGNED: Status("half", _("Undertecknat, inte startat"), "neutral"),
        AuthorizationState.ACTIVE: Status("done", _("Aktivt"), "success"),
    }[state]


@said_once
def document(state: DocumentState) -> Status:
    return {
        DocumentState.WAITING: Status("wait", _("Väntar på kontroll"), "neutral"),
        DocumentState.CLEAN: Status("done", _("Genomsökt")),
        DocumentState.INFECTED: Status("stop", _("Stoppad: skadlig kod"), "danger"),
        DocumentState.REFUSED: Status("stop", _("Stoppad vid kontrollen"), "danger"),
        DocumentState.COULD_NOT_TELL: Status("ask", _("Inte genomsökt"), "neutral"),
    }[state]


def stopped(state: DocumentState, because: str | None) -> str:
    """Why a document was stopped and what to do about it; empty for one that was not."""
    if state is DocumentState.INFECTED:
        return _("Filen innehåller skadlig kod och är borttagen. Ta bort den här och bifoga en annan.")
    return refused(because or "") if state is DocumentState.REFUSED else ""


@said_once
def validity(state: Validity) -> Status:
    return {
        Validity.VALID: Status("done", _("Giltigt")),
        Validity.ENDING: Status("wait", _("Går snart ut"), "warning"),
        Validity.EXPIRED: Status("stop", _("Underlaget har gått ut"), "danger"),
        Validity.TOO_OLD: Status("stop", _("Underlaget är för gammalt"), "danger"),
        Validity.DATE_MISSING: Status("act", _("Datum saknas"), "warning"),
        Validity.KIND_MISSING: Status("act", _("Sort av underlag saknas"), "warning"),
    }[state]


@said_once
def progress(state: Progress) -> Status:
    return {
        Progress.NOT_STARTED: Status("empty", _("Inte påbörjad")),
        Progress.BEGUN: Status("half", _("Påbörjad"), "neutral"),
        Progress.READY: Status("done", _("Klar")),
        Progress.NEEDS_ATTENTION: Status("act", _("Behöver åtgärdas"), "warning"),
    }[state]


@said_once
def outcome(value: Outcome | None) -> Status:
    if value is None:
        return Status("empty", _("Inte bedömt"))
    return {
        Outcome.MET: Status("done", _("Uppfyllt")),
        Outcome.NOT_MET: Status("stop", _("Inte uppfyllt")),
        Outcome.CANNOT_TELL: Status("ask", _("Kan inte avgöras")),
    }[value]


@said_once
def evidence_changed() -> Status:
    return Status("act", _("Underlaget ändrat sedan"), "warning")


@said_once
def delivery(value: str) -> Status:
    return {
        "waiting": Status("wait", _("Skickas")),
        "sent": Status("done", _("Skickat")),
        "failed": Status("act", _("Gick inte fram"), "danger"),
        "bounced": Status("act", _("Studsade"), "danger"),
    }[value]


@said_once
def control_point(value: ControlPoint) -> str:
    return {
        ControlPoint.AT_APPLICATION: _("Visas vid ansökan"),
        ControlPoint.FOLLOW_UP: _("Följs upp"),
        ControlPoint.SELF_REPORT: _("Anmäls av anordnaren själv"),
    }[value]


@said_once
def consequence(value: Consequence) -> str:
    return {
        Consequence.WARNING: _("Varning"),
        Consequence.DEAUTHORISATION: _("Avauktorisation"),
        Consequence.EXCLUSION: _("Uteslutning"),
        Consequence.REFUSAL: _("Avslag"),
    }[value]


@said_once
def role(value: Role) -> str:
    return {
        Role.SIGNATORY: _("Firmatecknare"),
        Role.ADMINISTRATOR: _("Administratör"),
        Role.EDITOR: _("Redaktör"),
        Role.READER: _("Läsare"),
        Role.CASE_OFFICER: _("Handläggare"),
        Role.DECISION_MAKER: _("Beslutsfattare"),
        Role.RECEPTION: _("Reception"),
        Role.CONTROLLER: _("Controller"),
        Role.MUNICIPAL_ADMINISTRATOR: _("Administratör"),
        Role.SYSTEM: _("Kundval"),
    }[value]


@said_once
def organisation_form(value: OrganisationForm) -> str:
    return {
        OrganisationForm.PUBLIC: _("Offentlig verksamhet"),
        OrganisationForm.AB: _("Aktiebolag"),
        OrganisationForm.EKONOMISK_FORENING: _("Ekonomisk förening"),
        OrganisationForm.IDEELL: _("Ideell förening eller stiftelse"),
        OrganisationForm.HANDELSBOLAG: _("Handelsbolag eller kommanditbolag"),
        OrganisationForm.OTHER: _("Annan organisationsform"),
    }[value]


def paper_event(paper_kind: str) -> str:
    """That a paper was made, and sealed where such a paper is."""
    return {
        "receipt": _("Kvittensen förseglad"),
        "decision": _("Beslutet förseglat"),
        "contract": _("Avtalet framställt"),
        "signed_contract": _("Det undertecknade avtalet förseglat"),
    }[paper_kind]


def translation_of(paper_kind: str) -> str:
    """What a paper's reading in English is called, wherever it is linked."""
    return {
        "receipt": _("Kvittensen på engelska, översättning (PDF)"),
        "decision": _("Beslutet på engelska, översättning (PDF)"),
        "contract": _("Avtalet på engelska, översättning (PDF)"),
        "signed_contract": _("Avtalet på engelska, översättning (PDF)"),
    }[paper_kind]


@said_once
def event(kind: str) -> str:
    """What happened, as the history of a case says it."""
    words = {
        "application.started": _("Ansökan påbörjad"),
        "application.submit": _("Ansökan inskickad och registrerad"),
        "application.start_review": _("Granskning påbörjad"),
        "application.hand_over": _("Ärendet lämnat för ny fördelning"),
        "application.assign": _("Ärendet fördelat till en handläggare"),
        "application.request_supplement": _("Komplettering begärd"),
        "application.supplement": _("Komplettering inkom"),
        "application.close_supplement": _("Svarstiden gick ut, granskningen fortsätter"),
        "application.propose": _("Förslag till beslut lämnat"),
        "application.send_back": _("Förslaget återlämnat"),
        "application.hear": _("Företaget får yttra sig"),
        "application.comment": _("Yttrande inkom"),
        "application.approve": _("Ansökan godkänd"),
        "application.reject": _("Ansökan avslagen"),
        "application.withdraw": _("Ansökan återkallad"),
        "application.thin_out": _("Utkastet gallrat"),
        "authorization.offered": _("Avtal skickat"),
        "authorization.sign": _("Avtalet undertecknat av företaget"),
        "authorization.countersign": _("Avtalet undertecknat av kommunen"),
        "authorization.start": _("Avtalet aktivt"),
        "authorization.adopt": _("Godkännandet står under nya villkor"),
        "supplement.reminded": _("Påminnelse om kompletteringen"),
        "conflict.declared_none": _("Jävsfrågan besvarad: inget jäv"),
        "conflict.declared": _("Jäv anmält"),
        "second_review.demanded": _("Andra granskning begärd"),
        "second_review.answered": _("Andra granskning svarad"),
        "case.linked": _("Kopplat till ett annat ärende"),
        "case.unlinked": _("Kopplingen till ett annat ärende borttagen"),
        "criterion.judged": _("Villkor bedömt"),
        "evidence.kept": _("Underlaget bevaras"),
        "document.thinned": _("Dokument gallrat"),
        "paper.thinned": _("Handling gallrad"),
        "case.thinned": _("Ärendets innehåll gallrat"),
        "case.exported": _("Arkivpaket beställt"),
        "case.export_fetched": _("Arkivpaket hämtat"),
        "note.written": _("Anteckning"),
        "answer.saved": _("Svar sparat"),
        "competence.chosen": _("Person vald i ansökan"),
        "competence.frozen": _("Personens meriter inlämnade"),
        "document.attached": _("Dokument bifogat"),
        "document.removed": _("Dokument borttaget"),
        "document.infected": _("Dokument stoppat: skadlig kod"),
        "document.refused": _("Dokument stoppat vid kontrollen"),
        "document.stripped": _("Plats- och kamerauppgifter borttagna ur en bild"),
        "document.replaced": _("Dokument ersatt av ett nyare"),
        "document.dated": _("Uppgift om dokumentets datum sparad"),
        "evidence.reminded": _("Påminnelse om underlag som går ut"),
        "conditions.changed": _("Nya villkor att bekräfta"),
        "conditions.reminded": _("Påminnelse om nya villkor"),
        "conditions.confirmed": _("Nytt villkor besvarat"),
        "conditions.accepted": _("Svar på nytt villkor godtaget"),
        "conditions.given_back": _("Svar på nytt villkor återlämnat"),
        "company.owners_stated": _("Företagets uppgift om verklig huvudman ändrad"),
        "figures.typed": _("Belopp ur årsredovisningen angivna"),
        "letter.sent": _("Brev skickat"),
        "letter.failed": _("Brev gick inte fram"),
        "paper.made": _("Handling framställd"),
        "paper.sealed": _("Handling förseglad"),
    }
    return words[kind]
