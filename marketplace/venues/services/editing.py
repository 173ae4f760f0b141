"""Changes of a live listing that a moderator reads first: proposed, replaced, decided.

A venue has one waiting edit at most; what is proposed later joins it. Rows are locked in one
order: the venue, its case, the edit.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.core import states
from marketplace.core.states import subject_kind
from marketplace.trust import services as trust
from marketplace.trust.enums import CaseKind, CaseState
from marketplace.trust.models import Case
from marketplace.trust.services import ChangeItem
from marketplace.venues.enums import EDIT_TRANSITIONS, EditState
from marketplace.venues.models import ListingEdit, Space, Venue
from marketplace.venues.notification_kinds import (
    EDIT_APPLIED,
    EDIT_CHANGES_REQUESTED,
    EDIT_DECLINED,
)
from marketplace.venues.selectors import readiness
from marketplace.venues.services.parts import require_parts_possible
from marketplace.venues.services.positions import number_photos, number_spaces
from marketplace.venues.services.space_names import require_names_apart
from marketplace.venues.services.telling import tell_owners
from marketplace.venues.services.writing import (
    SENSITIVE_FIELDS,
    SENSITIVE_SPACE_FIELDS,
    Saved,
    announce_change,
    changing,
    lock_venue,
    read_readiness,
    require_no_more_missing,
    write_fields,
)

_REFERENCES = {"category": "category_id", "district": "district_id"}


def transition_edit(*, edit: ListingEdit, to: str, by: User, now: datetime) -> ListingEdit:
    """Moves the edit along EDIT_TRANSITIONS: the one door for its state. IllegalTransition."""
    return states.transition(edit, to=to, table=EDIT_TRANSITIONS, field="state", by=by, now=now)


def propose_venue_fields(
    *, venue: Venue, values: Mapping[str, Any], by: User, now: datetime
) -> Saved:
    """Lets sensitive fields of a locked, live listing wait for a moderator.

    A value that the page shows already leaves the waiting edit. Raises BreaksListing.
    """
    changes = _waiting_changes(venue)
    for field in SENSITIVE_FIELDS:
        if field in values:
            _put(changes, field, _plain(values[field]), getattr(venue, _column(field)))
    is_said_again = not changes.keys().isdisjoint(values)
    return _propose(venue=venue, changes=changes, by=by, now=now, is_said_again=is_said_again)


def propose_space_fields(
    *, venue: Venue, space: Space, values: Mapping[str, Any], by: User, now: datetime
) -> Saved:
    """The same, for what renters read about one space."""
    changes = _waiting_changes(venue)
    spaces: dict[str, Any] = changes.setdefault("spaces", {})
    fields: dict[str, Any] = spaces.setdefault(str(space.pk), {})
    for field in SENSITIVE_SPACE_FIELDS:
        _put(fields, field, values[field], getattr(space, field))
    is_said_again = bool(fields)
    _drop_empty(spaces, str(space.pk))
    _drop_empty(changes, "spaces")
    return _propose(venue=venue, changes=changes, by=by, now=now, is_said_again=is_said_again)


def propose_new_space(*, venue: Venue, values: Mapping[str, Any], by: User, now: datetime) -> Saved:
    """A space that is added once a moderator has read about it."""
    changes = _waiting_changes(venue)
    changes.setdefault("new_spaces", []).append({**values, "parts": list(values.get("parts", ()))})
    return _propose(venue=venue, changes=changes, by=by, now=now)


def propose_photos(
    *,
    venue: Venue,
    by: User,
    now: datetime,
    added: Iterable[int] = (),
    removed: Iterable[int] = (),
) -> Saved:
    """Photos (ids) that are shown once a moderator has seen them, or that no longer wait."""
    changes = _waiting_changes(venue)
    gone = set(removed)
    ids = [pk for pk in [*changes.get("photos", []), *added] if pk not in gone]
    changes["photos"] = ids
    _drop_empty(changes, "photos")
    return _propose(venue=venue, changes=changes, by=by, now=now)


def forget_space(*, venue: Venue, space_id: int, by: User, now: datetime) -> None:
    """What waited for a space that is removed no longer waits."""
    changes = _waiting_changes(venue)
    if changes.get("spaces", {}).pop(str(space_id), None):
        _drop_empty(changes, "spaces")
        _propose(venue=venue, changes=changes, by=by, now=now)


def resubmit_edit(*, venue: Venue, by: User, now: datetime) -> None:
    """Sends an edit that was sent back in again, as it is: what was asked for is mended elsewhere.

    Nothing happens where none was sent back. Raises ListingLocked where the listing is not live.
    """
    with changing(venue) as locked:
        edit = _pending(locked)
        if edit is not None:
            _send_again(edit, changes=edit.changes, by=by, now=now)


@transaction.atomic
def withdraw_edit(*, venue: Venue, by: User, now: datetime) -> None:
    """The team no longer wants the waiting edit; photos that waited with it are removed.

    Nothing happens where none waits.
    """
    locked = lock_venue(venue)
    edit = _pending(locked)
    if edit is not None:
        _withdraw(edit, by=by, now=now)
        _remove_waiting_photos(locked)


@transaction.atomic
def apply_edit(*, edit: ListingEdit, by: User, now: datetime) -> ListingEdit:
    """The page shows the new values from now on; the owners are told after commit.

    Spaces removed in the meantime are passed over, also as parts of a new one. Raises
    IllegalTransition, SpaceNameTaken, PartsImpossible, and BreaksListing when the listing would no
    longer be complete (its opening hours may have changed).
    """
    venue = lock_venue(edit.venue)
    missing_before = read_readiness(venue).missing_codes
    transition_edit(edit=edit, to=EditState.APPLIED, by=by, now=now)
    _write_venue(venue, edit.changes)
    _write_spaces(venue, edit.changes)
    venue.photos.waiting().filter(pk__in=edit.changes.get("photos", [])).update(is_public=True)
    number_photos(venue)
    require_no_more_missing(read_readiness(venue), missing_before)
    announce_change(venue)
    tell_owners(venue=venue, kind=EDIT_APPLIED, now=now)
    return edit


@transaction.atomic
def decline_edit(
    *,
    edit: ListingEdit,
    by: User,
    now: datetime,
    reasons: Sequence[str] = (),
    note: str = "",
) -> ListingEdit:
    """The page stays as it is; photos that waited are removed; the owners are told why."""
    venue = lock_venue(edit.venue)
    transition_edit(edit=edit, to=EditState.DECLINED, by=by, now=now)
    _remove_waiting_photos(venue)
    tell_owners(venue=venue, kind=EDIT_DECLINED, now=now, reasons=reasons, note=note)
    return edit


@transaction.atomic
def request_edit_changes(
    *, edit: ListingEdit, by: User, now: datetime, items: Sequence[ChangeItem], note: str = ""
) -> ListingEdit:
    """Tells the owners what to mend. The edit stays; its next change is sent in again."""
    tell_owners(venue=edit.venue, kind=EDIT_CHANGES_REQUESTED, now=now, items=items, note=note)
    return edit


def withdraw_waiting_edit(*, venue: Venue, by: User, now: datetime) -> None:
    """For a locked venue that leaves the market: nothing of it waits any more."""
    edit = _pending(venue)
    if edit is not None:
        _withdraw(edit, by=by, now=now)
        _remove_waiting_photos(venue)


def _propose(
    *,
    venue: Venue,
    changes: dict[str, Any],
    by: User,
    now: datetime,
    is_said_again: bool = False,
) -> Saved:
    """Makes `changes` the one waiting edit of the locked venue.

    While a moderator may be reading the old one, it is withdrawn with its case and a new one
    opened, so that nobody approves what they did not see. One that was sent back is sent again,
    also as it was where the team has said the same once more (`is_said_again`).
    """
    edit = _pending(venue)
    if changes == (edit.changes if edit else {}):
        if edit is None or not is_said_again:
            return Saved.UNCHANGED
        _send_again(edit, changes=changes, by=by, now=now)
        return Saved.WAITING
    if not changes:
        if edit:
            _withdraw(edit, by=by, now=now)
        return Saved.UNCHANGED
    _require_publishable(venue, changes)
    if edit and _send_again(edit, changes=changes, by=by, now=now):
        return Saved.WAITING
    if edit:
        _withdraw(edit, by=by, now=now)
    edit = ListingEdit.objects.create(venue=venue, changes=changes, proposed_by=by, proposed_at=now)
    trust.open_case(
        kind=CaseKind.LISTING_EDIT,
        title=venue.name,
        by=by,
        subject_kind=subject_kind(edit),
        subject_id=edit.pk,
        now=now,
    )
    return Saved.WAITING


def _send_again(edit: ListingEdit, *, changes: dict[str, Any], by: User, now: datetime) -> bool:
    """Whether the case was waiting for the team; if so, the edit now is `changes`."""
    case = _case_of(edit)
    if case is None or case.state != CaseState.WAITING:
        return False
    edit.changes, edit.proposed_by, edit.proposed_at = changes, by, now
    edit.save(update_fields=["changes", "proposed_by", "proposed_at"])
    trust.resubmit_case(case=case, by=by, now=now)
    return True


def _withdraw(edit: ListingEdit, *, by: User, now: datetime) -> None:
    case = _case_of(edit)
    if case is not None:
        trust.withdraw_case(case=case, by=by, now=now)
    transition_edit(edit=edit, to=EditState.WITHDRAWN, by=by, now=now)


def _pending(venue: Venue) -> ListingEdit | None:
    return venue.edits.pending().first()


def _case_of(edit: ListingEdit) -> Case | None:
    cases = Case.objects.about(subject_kind(edit), edit.pk).unresolved()
    return cases.select_for_update(no_key=True).first()


def _waiting_changes(venue: Venue) -> dict[str, Any]:
    """What waits, to be written on: the edit itself stays as it is."""
    edit = _pending(venue)
    return deepcopy(edit.changes) if edit else {}


def _require_publishable(venue: Venue, changes: Mapping[str, Any]) -> None:
    """Raises BreaksListing where the listing with these changes would miss something new."""
    preview = Venue.objects.with_listing_content().get(pk=venue.pk)
    missing_before = readiness(preview).missing_codes
    for field in SENSITIVE_FIELDS:
        if field in changes:
            setattr(preview, _column(field), changes[field])
    by_id = changes.get("spaces", {})
    for space in preview.spaces.all():
        for field, value in by_id.get(str(space.pk), {}).items():
            setattr(space, field, value)
    require_no_more_missing(readiness(preview), missing_before)


def _write_venue(venue: Venue, changes: Mapping[str, Any]) -> None:
    values = {_column(field): changes[field] for field in SENSITIVE_FIELDS if field in changes}
    if values.get("address", venue.address) != venue.address:
        values |= {"latitude": None, "longitude": None}
    write_fields(venue, values)


def _write_spaces(venue: Venue, changes: Mapping[str, Any]) -> None:
    by_id = changes.get("spaces", {})
    spaces, new_spaces = list(venue.spaces.all()), changes.get("new_spaces", [])
    names = [by_id.get(str(space.pk), {}).get("name", space.name) for space in spaces]
    require_names_apart([*names, *(fields["name"] for fields in new_spaces)])
    for space in spaces:
        write_fields(space, by_id.get(str(space.pk), {}))
    known = {space.pk for space in spaces}
    for fields in new_spaces:
        _add_space(venue, fields, parts=[pk for pk in fields.get("parts", ()) if pk in known])
    number_spaces(venue)


def _add_space(venue: Venue, fields: Mapping[str, Any], *, parts: Sequence[int]) -> None:
    columns = {name: value for name, value in fields.items() if name != "parts"}
    require_parts_possible(
        venue, name=columns["name"], units=columns.get("units", 1), part_ids=parts
    )
    space = Space.objects.create(venue=venue, position=venue.spaces.count(), **columns)
    space.parts.set(parts)


def _remove_waiting_photos(venue: Venue) -> None:
    venue.photos.waiting().delete()
    number_photos(venue)


def _put(changes: dict[str, Any], field: str, new: Any, shown: Any) -> None:
    if new == shown:
        changes.pop(field, None)
    else:
        changes[field] = new


def _drop_empty(changes: dict[str, Any], key: str) -> None:
    if not changes.get(key):
        changes.pop(key, None)


def _column(field: str) -> str:
    return _REFERENCES.get(field, field)


def _plain(value: Any) -> Any:
    """As JSON keeps it: a category or district by its id."""
    return getattr(value, "pk", value)
