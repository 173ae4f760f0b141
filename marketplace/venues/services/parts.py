"""Spaces made of other spaces: a grand hall that is hall A and hall B with the wall open.

Taking the whole takes each part. There is one level alone: parts have no parts. A whole and its
parts exist once each, so that no calendar has to say which one of several is meant.
"""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from marketplace.core.errors import DomainError
from marketplace.venues.models import Space, Venue
from marketplace.venues.signals import parts_changing, units_lowering


class PartsImpossible(DomainError):
    """A space cannot be made of these."""

    code = "parts_impossible"
    default_message = _("A space cannot be made of these spaces.")


class PartOfAnother(DomainError):
    """A space that another one is made of cannot go."""

    code = "part_of_another"
    default_message = _("Another space is made of this one.")


def require_parts_possible(
    venue: Venue, *, name: str, units: int, part_ids: Iterable[int], space: Space | None = None
) -> None:
    """Raises PartsImpossible where a space of the locked venue cannot be so.

    `space` is the one that changes, None for one that is added.
    """
    wanted = set(part_ids)
    spaces = {each.pk: each for each in venue.spaces.prefetch_related("parts", "wholes")}
    if not wanted <= spaces.keys():
        raise PartsImpossible(_("A part is a space of the same venue."))
    stored = spaces.get(space.pk) if space else None
    wholes = list(stored.wholes.all()) if stored else []
    if wholes and units > 1:
        raise PartsImpossible(_only_once(name))
    if not wanted:
        return
    if stored and stored.pk in wanted:
        raise PartsImpossible(_("A space cannot be a part of itself."))
    if wholes:
        raise PartsImpossible(
            _("“%(name)s” is a part of “%(whole)s”, so it cannot have parts of its own.")
            % {"name": name, "whole": wholes[0].name}
        )
    if units > 1:
        raise PartsImpossible(_only_once(name))
    for part in (spaces[pk] for pk in sorted(wanted)):
        if part.parts.all():
            raise PartsImpossible(
                _("“%(part)s” is made of parts itself. Choose its parts instead.")
                % {"part": part.name}
            )
        if part.units > 1:
            raise PartsImpossible(_only_once(part.name))


def _only_once(name: str) -> str:
    text = _("There are several of “%(name)s”: a space with parts, and each part, exists once.")
    return str(text % {"name": name})


def change_parts(space: Space, part_ids: Iterable[int]) -> bool:
    """Makes the space of these parts; returns whether it was of others before.

    The venue is locked and the parts are possible. Raises what receivers of `parts_changing` do,
    as while bookings of the whole are to come.
    """
    stored, wanted = part_ids_of(space), sorted(set(part_ids))
    if wanted == list(stored):
        return False
    leaf_ids = {space.pk, *stored, *wanted}
    parts_changing.send(sender=Space, space_id=space.pk, leaf_ids=sorted(leaf_ids))
    space.parts.set(wanted)
    return True


def require_units_may_be(space: Space, units: int) -> None:
    """Raises what receivers of `units_lowering` do, where there would be fewer than now."""
    if units < space.units:
        units_lowering.send(sender=Space, space_id=space.pk, units=units)


def require_part_of_nothing(space: Space) -> None:
    """Raises PartOfAnother."""
    whole = space.wholes.first()
    if whole is not None:
        raise PartOfAnother(
            _("“%(whole)s” is made of “%(part)s”. Take it out of there first.")
            % {"whole": whole.name, "part": space.name}
        )


def part_ids_of(space: Space) -> Sequence[int]:
    """The parts (ids) that are stored, in order."""
    return tuple(sorted(part.pk for part in space.parts.all()))
