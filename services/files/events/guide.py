"""Keeping the copy of the pages of the guide current: whose they are, and whether readers have them."""

from dataclasses import dataclass

from chassis.database import UnitOfWork
from chassis.subscriptions import Delivery
from services.files.events import Kept, subscriptions


@dataclass(frozen=True, slots=True, kw_only=True)
class PageChanged:
    """The part of guide.page_changed.v1 that this service reads."""

    shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """That something was published is all this service reads of it: pages that readers get are told of besides."""


@subscriptions.on("directories", "guide.page_changed.v1", PageChanged)
async def show_or_hide_page(delivery: Delivery[PageChanged], work: UnitOfWork, kept: Kept) -> None:
    event = delivery.event
    await kept.projections.pages.apply(event.subject, event.sequence, {"shown": delivery.data.shown}, work.session)


@subscriptions.on("directories", "guide.published.v1", Published)
async def follow_page(delivery: Delivery[Published], work: UnitOfWork, kept: Kept) -> None:
    event = delivery.event
    await kept.projections.pages.apply(event.subject, event.sequence, {}, work.session)
