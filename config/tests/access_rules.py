"""How an address is described for the sweep: who may, what is posted, what comes back."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from config.tests.access_world import RENTER_OF, Belongings, Role, Whose, World

type Data = Mapping[str, object]


class Answer(Enum):
    """What a person gets at an address, whatever the method."""

    YES = "may"
    LOG_IN = "is sent to log in"
    NOT_FOUND = "finds nothing"
    FORBIDDEN = "may look but not do this"
    SENT_ON = "has no business there and is sent on"


type Rule = Callable[[Role, Whose], Answer]


def nothing(things: Belongings, world: World) -> Data:
    return {}


def fixed(**data: object) -> Callable[[Belongings, World], Data]:
    """The same is posted by everybody."""
    return lambda _things, _world: data


@dataclass(frozen=True)
class Page:
    """One address. `get` and `post` are the statuses of those who may; None where there is none.

    With `of`, the address is about something of somebody's: it names the parts of the address
    for what belongs to one person, and `whose` says of whom it is tried. `posting` is the rule
    for those who post, where it is another.
    """

    rule: Rule
    posting: Rule | None = None
    get: int | None = 200
    post: int | None = None
    data: Callable[[Belongings, World], Data] = nothing
    of: Callable[[Belongings, World], dict[str, object]] | None = None
    whose: tuple[Whose, ...] = ("owner",)
    changes_rows: bool = True

    def answer(self, method: str, role: Role, whose: Whose) -> Answer:
        """What this person gets."""
        rule = self.posting if self.posting and method == "POST" else self.rule
        return rule(role, whose)

    @property
    def writes(self) -> bool:
        """Whether a post by those who may changes rows."""
        return self.post is not None and self.changes_rows

    def expected(self, method: str) -> int | None:
        """The status for those who may, or None where the method is not answered."""
        return {"GET": self.get, "HEAD": self.get, "POST": self.post}.get(method)


def address_of(route: str, page: Page, whose: Whose, world: World) -> str:
    """The address with its parts filled in."""
    parts = page.of(world.belongings[whose], world) if page.of else {}
    return "/" + re.sub(r"<\w+:(\w+)>", lambda match: str(parts[match[1]]), route)


def everybody(role: Role, whose: Whose) -> Answer:
    return Answer.YES


def members(role: Role, whose: Whose) -> Answer:
    return Answer.LOG_IN if role == "guest" else Answer.YES


def visitors(role: Role, whose: Whose) -> Answer:
    """Those who are not logged in."""
    return Answer.YES if role == "guest" else Answer.SENT_ON


def leavers(role: Role, whose: Whose) -> Answer:
    """Those who are logged in; a visitor has nothing to leave."""
    return Answer.SENT_ON if role == "guest" else Answer.YES


def moderators(role: Role, whose: Whose) -> Answer:
    if role == "guest":
        return Answer.LOG_IN
    return Answer.YES if role in {"moderator", "administrator"} else Answer.NOT_FOUND


def moderators_of_others(role: Role, whose: Whose) -> Answer:
    """As moderators, but nobody decides about a listing of their own."""
    answer = moderators(role, whose)
    return Answer.FORBIDDEN if answer == Answer.YES and role == whose else answer


def administrators(role: Role, whose: Whose) -> Answer:
    if role == "guest":
        return Answer.LOG_IN
    return Answer.YES if role == "administrator" else Answer.NOT_FOUND


def whoever_may_see_drafts(role: Role, whose: Whose) -> Answer:
    """A listing that is not published: its team and moderators; to others it is not there."""
    is_team = role == whose or (role == "viewer" and whose == "owner")
    is_moderator = role in {"moderator", "administrator"}
    return Answer.YES if is_team or is_moderator else Answer.NOT_FOUND


def team(role: Role, whose: Whose) -> Answer:
    """Everybody of the venue's team; for others it is not there, moderators included."""
    if role == "guest":
        return Answer.LOG_IN
    is_team = role == whose or (role == "viewer" and whose == "owner")
    return Answer.YES if is_team else Answer.NOT_FOUND


def writers(role: Role, whose: Whose) -> Answer:
    """Those of the team who may change the listing: a viewer may not."""
    answer = team(role, whose)
    return Answer.FORBIDDEN if answer == Answer.YES and role == "viewer" else answer


def nobody_else(role: Role, whose: Whose) -> Answer:
    """Something of another venue under the address of one's own."""
    answer = writers(role, whose)
    return Answer.NOT_FOUND if answer == Answer.YES else answer


def renters(role: Role, whose: Whose) -> Answer:
    """The renter of this owner's bookings; for everybody else they are not there."""
    if role == "guest":
        return Answer.LOG_IN
    return Answer.YES if role == RENTER_OF[whose] else Answer.NOT_FOUND


def bookers(role: Role, whose: Whose) -> Answer:
    """Every member, but for those of the venue's own team."""
    is_team = team(role, whose) == Answer.YES
    return Answer.FORBIDDEN if is_team else members(role, whose)


def earners(role: Role, whose: Whose) -> Answer:
    """Those who run a venue; an assistant may not, and others earn nothing."""
    if role == "guest":
        return Answer.LOG_IN
    if role == "viewer":
        return Answer.FORBIDDEN
    return Answer.YES if role in {"owner", "other_owner", "moderator"} else Answer.NOT_FOUND


def the_told(role: Role, whose: Whose) -> Answer:
    """The person to whom it was told."""
    if role == "guest":
        return Answer.LOG_IN
    return Answer.YES if role == whose else Answer.NOT_FOUND


def no_member(role: Role, whose: Whose) -> Answer:
    """What is not there for anybody."""
    return Answer.LOG_IN if role == "guest" else Answer.NOT_FOUND
