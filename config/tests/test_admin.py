"""Every page of the admin opens, with a row of every kind in the database."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django_q.models import Failure, OrmQ, Schedule, Success
from pytest_django import DjangoDbBlocker

from config.tests.access_world import World, whole_world
from marketplace.bookings.enums import Side
from marketplace.bookings.services import cancel_booking
from marketplace.core.integrity import record_report
from marketplace.discovery.models import EditorsPick, Promotion
from marketplace.payments.models import ProviderEvent
from marketplace.trust.enums import CaseState
from marketplace.trust.tests.factories import make_case
from moderation.models import QueueClaim

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
JOBS = [Schedule, Success, Failure, OrmQ]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One world for all pages, with a row of what the sweep of access does not need."""
    with django_db_blocker.unblock(), whole_world() as world:
        _add_what_the_world_lacks(world)
        yield world


def _add_what_the_world_lacks(world: World) -> None:
    moderator = world.people["moderator"]
    case = make_case(by=world.people["owner"], state=CaseState.WAITING)
    EditorsPick.objects.create(venue=world.belongings["owner"].published)
    Promotion.objects.create(
        venue=world.belongings["owner"].published, ends_at=timezone.now() + timedelta(days=1)
    )
    QueueClaim.objects.create(
        case=case, moderator=moderator, claimed_at=NOW, expires_at=NOW + timedelta(minutes=15)
    )
    cancelled = world.belongings["moderator"].confirmed
    cancel_booking(booking=cancelled, by=cancelled.renter, side=Side.RENTER, now=timezone.now())
    ProviderEvent.objects.create(
        id="evt_1", type="charge.succeeded", object_id="ch_1", created_at=NOW, received_at=NOW
    )
    record_report(now=NOW)
    Schedule.objects.get_or_create(name="a job", defaults={"func": "tests.job"})
    OrmQ.objects.create(key="joytop", payload="")
    for job in (Success, Failure):
        job.objects.create(
            id=job.__name__,
            name=job.__name__,
            func="tests.job",
            started=NOW,
            stopped=NOW,
            success=job is Success,
        )


def _address(model: type[models.Model], page: str, *args: object) -> str:
    name = f"{model._meta.app_label}_{model._meta.model_name}"
    return reverse(f"admin:{name}_{page}", args=args)


def _filters(changelist: Any) -> Iterator[str]:
    """The address of every choice of every filter at the side of a list."""
    for spec in changelist.filter_specs:
        yield from (choice["query_string"] for choice in spec.choices(changelist))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_page_opens(model: type[models.Model], world: World) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(world.people["administrator"])
    row = model._default_manager.first()
    assert row is not None, "the world has no such row"
    listed = client.get(_address(model, "changelist"))
    assert listed.status_code == 200
    request = listed.wsgi_request
    search = {"q": "x"} if admin.site._registry[model].get_search_fields(request) else {}
    addresses = [
        f"{_address(model, 'changelist')}?{urlencode(search)}",
        _address(model, "change", row.pk),
        _address(model, "history", row.pk),
    ]
    addresses += [
        _address(model, "changelist") + choice for choice in _filters(listed.context["cl"])
    ]
    if admin.site._registry[model].has_add_permission(request):
        addresses.append(_address(model, "add"))
    if admin.site._registry[model].has_delete_permission(request, row):
        addresses.append(_address(model, "delete", row.pk))

    answers = {address: client.get(address).status_code for address in addresses}

    assert {address: it for address, it in answers.items() if it != 200} == {}


@pytest.mark.parametrize("model", JOBS, ids=lambda model: model._meta.label)
def test_nobody_makes_or_repeats_a_job_by_hand(model: type[models.Model], world: World) -> None:
    request = RequestFactory().get("/")
    request.user = world.people["administrator"]
    page = admin.site._registry[model]

    assert not page.has_add_permission(request)
    assert not page.has_change_permission(request)
    assert not page.has_delete_permission(request)
    assert page.get_actions(request) == {}
