"""The page on which those who run a call say what its recipient wants of the motions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.advice.findings import Note, Rule
from app.advice.recipients import ALWAYS, Level, Recipient, level_of, recipient_of
from app.advice.rules import check_demand
from app.associations.models import Association
from app.calls import actions
from app.calls.gate import CallToManage
from app.calls.models import Call
from app.calls.profile import LEAST_LONGEST, LONGEST, MAX_CALLED, MOST_LONGEST, MOST_PAGES, PAGES, Profile
from app.documents.text import clean
from app.kit.db import Database
from app.kit.i18n import _
from app.web.deps import Db, Writing
from app.web.pages import redirect, render

router = APIRouter(include_in_schema=False)

#: Demands that show what the advice says; in Swedish, as demands are.
_SAMPLES = (
    "att verka för fler sena turer",
    "att regeringen ska höja studiebidraget",
    "att motionen antas som föreningens egen",
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A made-up demand, and the first that is said of it, None when that is nothing."""

    demand: str
    note: Note | None


def _samples(recipient: Recipient) -> list[Sample]:
    return [Sample(demand, next(iter(check_demand(demand, recipient)), None)) for demand in _SAMPLES]


def _rules() -> Sequence[tuple[str, str, str]]:
    """(rule, what it is called, what it looks for) of those that a recipient may want to go unsaid."""
    said = {
        Rule.SUBJECT: (_("Who shall do it"), _("A demand that names nobody, as in “att verka för …”.")),
        Rule.ADDRESSEE: (_("What the recipient can decide"), _("A demand on parliament, region or municipality.")),
        Rule.ONE_THING: (_("One thing in each demand"), _("Two things that are joined with “och att”.")),
        Rule.STANDS_ALONE: (_("Stands by itself"), _("Words such as “enligt ovan”.")),
        Rule.FORM: (_("The form of a demand"), _("Begins with “att”, one sentence, no full stop.")),
        Rule.LENGTH: (_("The length of a demand"), _("More words than you say below.")),
    }
    return [(rule.value, name, looks_for) for rule, (name, looks_for) in said.items()]


def _levels() -> Mapping[Level, str]:
    return {
        Level.NATIONAL: _("The party (its congress)"),
        Level.DISTRICT: _("The party district"),
        Level.BRANCH: _("The municipal branch"),
        Level.CIRCUIT: _("The circuit"),
        Level.ASSOCIATION: _("The association"),
    }


async def _page(
    request: Request, database: Database, call: Call, form: Mapping[str, object], errors: Mapping[str, str]
) -> HTMLResponse:
    async with database.reading() as session:
        caller = await session.get(Association, call.association_id) if call.association_id is not None else None
    kind = caller.kind if caller is not None else None
    recipient = recipient_of(call, kind)
    follows, levels = level_of(call, kind), _levels()
    values = {
        "call": call,
        "form": form,
        "errors": errors,
        "levels": [(level.value, name) for level, name in levels.items()],
        "follows": levels[follows] if follows is not None else _("Not known"),
        "called": Recipient(recipient.level).actor or "partiet",
        "rules": _rules(),
        "defaults": {"longest": LONGEST, "pages": PAGES},
        "limits": {"called": MAX_CALLED, "longest": (LEAST_LONGEST, MOST_LONGEST), "pages": (1, MOST_PAGES)},
        "changed": bool(call.profile.kept),
        "samples": _samples(recipient),
    }
    return render(request, "advice/profile.html", values, status=422 if errors else 200)


@router.get("/calls/{call_id}/profile", response_class=HTMLResponse)
async def show(request: Request, call: CallToManage, database: Db) -> HTMLResponse:
    profile = call.profile
    form = {
        "level": profile.level or "",
        "called": profile.called or "",
        "forwarding": profile.forwarding,
        "longest": profile.longest,
        "pages": profile.pages,
        "look": [rule for rule, _name, _hint in _rules() if rule not in profile.silent],
    }
    return await _page(request, database, call, form, {})


@router.post("/calls/{call_id}/profile", response_model=None)
async def change(
    request: Request,
    call: CallToManage,
    database: Db,
    level: Annotated[str, Form()] = "",
    called: Annotated[str, Form()] = "",
    forwarding: Annotated[bool, Form()] = False,
    longest: Annotated[str, Form()] = "",
    pages: Annotated[str, Form()] = "",
    look: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """What the advice on motions in the call goes by from now on."""
    chosen = look or []
    name = " ".join(clean(called).split())
    errors: dict[str, str] = {}
    if level not in {"", *Level}:
        errors["level"] = _("Choose who the recipient is.")
    if len(name) > MAX_CALLED:
        errors["called"] = _("The name is too long. At most {n} characters can be taken in.", n=MAX_CALLED)
    words = _number(longest, LEAST_LONGEST, MOST_LONGEST)
    if words is None:
        errors["longest"] = _("Write a number between {least} and {most}.", least=LEAST_LONGEST, most=MOST_LONGEST)
    most_pages = _number(pages, 1, MOST_PAGES)
    if most_pages is None:
        errors["pages"] = _("Write a number between {least} and {most}.", least=1, most=MOST_PAGES)
    if errors or words is None or most_pages is None:
        form = {"level": level, "called": called[:200], "forwarding": forwarding, "look": chosen}
        return await _page(request, database, call, {**form, "longest": longest[:20], "pages": pages[:20]}, errors)
    silent = frozenset(rule.value for rule in Rule if rule not in {*ALWAYS, Rule.FORWARDING, *chosen})
    profile = Profile(level or None, name or None, forwarding, words, most_pages, silent)
    async with database.writing() as session:
        await actions.set_profile(session, call.id, profile)
    return _done(request, call.id, _("The settings are saved. The advice goes by them from now on."))


@router.post("/calls/{call_id}/profile/removal")
async def reset(request: Request, call: CallToManage, session: Writing) -> RedirectResponse:
    """Goes back to what goes without saying."""
    await actions.set_profile(session, call.id, Profile())
    return _done(request, call.id, _("The usual settings hold again."))


def _done(request: Request, call_id: UUID, said: str) -> RedirectResponse:
    return redirect(request, f"/calls/{call_id}/profile", message=said)


def _number(written: str, least: int, most: int) -> int | None:
    digits = written.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 4 and least <= int(digits) <= most):
        return None
    return int(digits)
