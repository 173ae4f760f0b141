"""Nobody sees or changes what is not theirs: every address × method × role × whose it is.

The table is config/tests/access_table.py; an address that it lacks fails the first test. Each
request is made in a world of its own. Those who may are asked first, so that the 404 of a
stranger means something; after whatever is refused, and after whatever only reads, every row of
every table is as it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from django.contrib import admin
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from config.tests.access_rules import Answer, Page, address_of, everybody, fixed
from config.tests.access_table import CONTACT, HIDDEN, PAGES
from config.tests.access_world import (
    METHODS,
    ROLES,
    Role,
    Rows,
    Whose,
    World,
    undone,
)

ADMIN = "admin/"
# Not answered: refused, sent elsewhere, or taken for a form that lacks everything.
NOT_ANSWERED = {302, 405, 422}


def every_route() -> Iterator[str]:
    """Every address of the resolver, as it is written; the admin's are one."""

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
        for pattern in patterns:
            route = f"{prefix}{pattern.pattern}"
            if route == ADMIN:
                yield route
            elif isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            else:
                yield route

    return walk(get_resolver().url_patterns, "")


def test_every_address_is_classified() -> None:
    assert set(every_route()) == set(PAGES) | {ADMIN}


@dataclass(frozen=True)
class Asked:
    """One request of the sweep, and what came back."""

    page: Page
    role: Role
    whose: Whose
    method: str
    address: str
    response: HttpResponse

    def __str__(self) -> str:
        asked = f"{self.role} {self.method} {self.address} ({self.whose}'s)"
        return f"{asked}: {self.response.status_code}"

    @property
    def answer(self) -> Answer:
        """What the table says that this person gets."""
        return self.page.answer(self.method, self.role, self.whose)

    @property
    def writes(self) -> bool:
        """Whether rows change: only where somebody who may posts."""
        return self.method == "POST" and self.answer == Answer.YES and self.page.writes

    @property
    def is_refused(self) -> bool:
        """Whether the response is the refusal that the table asks for."""
        status = self.response.status_code
        match self.answer:
            case Answer.LOG_IN:
                goes_to = self.response.headers.get("Location", "")
                return status == 302 and goes_to.startswith(reverse("account_login"))
            case Answer.SENT_ON:
                return status == 302
            case Answer.NOT_FOUND:
                return status == 404
            case Answer.FORBIDDEN:
                return status == 403
        return False

    def judge(self) -> None:
        """Requires what the table says; a method that a page lacks does nothing."""
        status = self.response.status_code
        expected = self.page.expected(self.method)
        if expected is None:
            assert status in NOT_ANSWERED or self.is_refused, f"{self}, wanted 405"
        elif self.answer == Answer.YES:
            assert status == expected, f"{self}, wanted {expected}"
        else:
            assert self.is_refused, f"{self}, wanted: {self.answer.value}"


def sweep(route: str, page: Page, world: World) -> None:
    """Asks as everybody, with every method, for what is whose; those who may are first."""
    rows = Rows()
    for whose in page.whose:
        address = address_of(route, page, whose, world)
        for role in sorted(ROLES, key=lambda role: page.rule(role, whose) != Answer.YES):
            for method in METHODS:
                data = page.data(world.belongings[whose], world) if method == "POST" else {}
                with undone():
                    response = world.ask(role, method, address, data)
                    asked = Asked(page, role, whose, method, address, response)
                    asked.judge()
                    changed = rows.have_changed()
                assert changed == asked.writes, f"{asked}, rows changed: {changed}"


@pytest.mark.parametrize("route", sorted(PAGES))
def test_address_answers_each_role_as_the_table_says(route: str, world: World) -> None:
    sweep(route, PAGES[route], world)


@pytest.mark.parametrize("route", sorted(HIDDEN))
def test_what_is_hidden_or_of_another_venue_is_not_there(route: str, world: World) -> None:
    sweep(route, HIDDEN[route], world)


@pytest.mark.parametrize("role", ROLES)
def test_admin_is_for_administrators(role: Role, world: World) -> None:
    rows = Rows()
    addresses = [reverse("admin:index")]
    for model in admin.site._registry:
        name = f"{model._meta.app_label}_{model._meta.model_name}"
        addresses.append(reverse(f"admin:{name}_changelist"))
    for address in addresses:
        for method in METHODS[:3]:
            with undone():
                response = world.ask(role, method, address, {})
                told = f"{role} {method} {address}: {response.status_code}"
                if role == "administrator" and method != "POST":
                    assert response.status_code == 200, told
                elif role != "administrator":
                    assert response.status_code in {302, 403, 404}, told
                    assert not rows.have_changed(), told


def test_sweep_notices_a_stranger_who_gets_in(world: World) -> None:
    """The sweep can fail: a page for everybody is no page of a team."""
    route = "owner/venues/<int:pk>/"
    mistaken = replace(PAGES["search/"], rule=PAGES[route].rule)

    with pytest.raises(AssertionError, match=r"other_owner GET /search/.* wanted: finds nothing"):
        sweep("search/", mistaken, world)


def test_sweep_notices_rows_that_change(world: World) -> None:
    """The sweep can fail: a message through the contact page is a row."""
    mistaken = Page(everybody, post=302, data=fixed(**CONTACT), changes_rows=False)

    with pytest.raises(AssertionError, match=r"POST /contact/.*rows changed: True"):
        sweep("contact/", mistaken, world)
