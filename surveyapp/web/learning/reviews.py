"""After-action reviews: plan, hold, print, and see the changes through."""

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from surveyapp.errors import Invalid, NotFound
from surveyapp.learning.calendars import Appointment, calendar_file
from surveyapp.services.accounts.access import require_unit, visible_units
from surveyapp.services.log import reviews
from surveyapp.services.log.reading import Logged, find_event
from surveyapp.services.roster.counting import Tree, organisation_zone, tree_of
from surveyapp.web.access import signed_in, viewer, wanted_page
from surveyapp.web.language import gettext as _
from surveyapp.web.learning import words
from surveyapp.web.learning.review_forms import PlanForm, ReviewForm, StepForm
from surveyapp.web.learning.telling import team_choices
from surveyapp.web.reaching import now, reach

blueprint = Blueprint("reviews", __name__, url_prefix="/app/reviews")


@blueprint.get("")
@signed_in
def index() -> ResponseReturnValue:
    """List reviews of the account's teams, those to be held first."""
    found = reviews.list_reviews(
        reach().session,
        viewer().organisation_id,
        visible_units(viewer(), _tree()),
        state=request.args.get("state", ""),
        page=request.args.get("page", 1, type=int),
    )
    return render_template(
        "learning/reviews.html",
        found=found,
        state=request.args.get("state", ""),
        time_zone=_zone(),
        today=now().date(),
        page_href=lambda page: url_for("reviews.index", **{**request.args.to_dict(), "page": page}),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@signed_in
def plan() -> ResponseReturnValue:
    """Plan a review, for an event or without one."""
    event = _event(request.args.get("event"))
    zone = ZoneInfo(_zone())
    tomorrow = (now().astimezone(zone) + timedelta(days=1)).replace(hour=9, minute=0, tzinfo=None)
    form = PlanForm(team=str(event.unit_id) if event else request.args.get("team"), planned_at=tomorrow)
    form.team.choices = team_choices(_tree())
    if form.validate_on_submit() and form.planned_at.data:
        unit_id = event.unit_id if event else UUID(form.typed("team"))
        require_unit(viewer(), _tree(), unit_id)
        try:
            planned_at = form.planned_at.data.replace(tzinfo=zone)
            made = reviews.plan_review(
                reach().session, viewer().organisation_id, unit_id, event.id if event else None, planned_at, now()
            )
        except Invalid as wrong:
            form.refuse(wrong)
        else:
            return redirect(url_for("reviews.review", review_id=made), 303)
    return render_template("learning/review_plan.html", form=form, event=event, words=words), form.status


@blueprint.route("/<uuid:review_id>", methods=["GET", "POST"])
@signed_in
def review(review_id: UUID) -> ResponseReturnValue:
    """Hold a review, or read one that was held."""
    card = _card(review_id)
    form = ReviewForm(happened=card.happened)
    if card.held_at is None and form.validate_on_submit():
        try:
            reviews.hold_review(reach().session, viewer().organisation_id, review_id, form.held, now())
        except Invalid as wrong:
            form.refuse(wrong)
        else:
            flash(_("Thank you. What changes is on the page of the team."), "good")
            return redirect(url_for("reviews.review", review_id=review_id), 303)
    return render_template(
        "learning/review.html",
        card=card,
        form=form,
        event=_event(str(card.event_id)) if card.event_id else None,
        words=words,
        kinds=words.kind_names(),
        time_zone=_zone(),
        today=now().date(),
    ), form.status


@blueprint.get("/<uuid:review_id>/review.ics")
@signed_in
def calendar(review_id: UUID) -> Response:
    """Give the invitation for a calendar."""
    card = _card(review_id)
    address = reach().settings.base_url + url_for("reviews.review", review_id=review_id)
    questions = "\n".join(
        (
            _("What did we intend? What happened? How did it make sense at the time?"),
            _("What worked, what did not? What changes next time?"),
            address,
        )
    )
    title = _("After-action review: %(team)s") % {"team": card.unit_name}
    appointment = Appointment(f"{review_id}@surveyapp", card.planned_at, reviews.LENGTH, title, questions, address)
    response = Response(calendar_file(appointment, now()), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="review.ics"'
    return response


@blueprint.post("/actions/<uuid:action_id>")
@signed_in
def step(action_id: UUID) -> ResponseReturnValue:
    """Take a change one step further."""
    session, owner, today = reach().session, viewer().organisation_id, now().date()
    require_unit(viewer(), _tree(), reviews.unit_of_action(session, owner, action_id))
    form = StepForm()
    if form.validate_on_submit():
        match form.typed("step"):
            case "done":
                reviews.do_action(session, owner, action_id, today)
            case "verified":
                reviews.verify_action(session, owner, action_id, today)
            case taken:
                reviews.note_recurrence(session, owner, action_id, recurred=taken == "again")
        flash(_("Noted."), "good")
    return redirect(wanted_page(request.form.get("back") or url_for("reviews.index")), 303)


def _card(review_id: UUID) -> reviews.ReviewCard:
    card = reviews.find_review(reach().session, viewer().organisation_id, review_id)
    require_unit(viewer(), _tree(), card.unit_id)
    return card


def _event(event_id: str | None) -> Logged | None:
    """Return the event that a review is about, if the account may read it."""
    if not event_id:
        return None
    try:
        event = find_event(reach().session, viewer().organisation_id, UUID(event_id), now())
    except ValueError:
        message = "There is no such entry"
        raise NotFound(message) from None
    require_unit(viewer(), _tree(), event.unit_id)
    return event


def _tree() -> Tree:
    return tree_of(reach().session, viewer().organisation_id)


def _zone() -> str:
    return organisation_zone(reach().session, viewer().organisation_id)
