"""Saying how a company's messages leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from exigible.dunning.models import SendingPolicy, SmsGateway
from exigible.ledger.models import Company
from exigible.ledger.services import lock_books
from exigible.timeline.services import record_event


@transaction.atomic
def set_limits(*, company: Company, fields: Mapping[str, Any], by: int | None) -> SendingPolicy:
    """Say how many messages may leave in an hour; None: as many as there are."""
    lock_books(company.pk)
    policy, _ = SendingPolicy.objects.update_or_create(company=company, defaults=dict(fields))
    record_event(
        company_id=company.pk, customer_id=None, kind="sending-limits-changed", by=by, data=dict(fields)
    )
    return policy


@transaction.atomic
def set_gateway(*, company: Company, fields: Mapping[str, Any], by: int | None) -> SmsGateway:
    """Say through which gateway text messages go, and at which hours. What failed before is forgotten."""
    lock_books(company.pk)
    cleared = {"failing_since": None, "said": ""}
    gateway, _ = SmsGateway.objects.update_or_create(company=company, defaults=dict(fields) | cleared)
    record_event(
        company_id=company.pk,
        customer_id=None,
        kind="sms-gateway-changed",
        by=by,
        text=gateway.url.partition("?")[0][:200],
        data={"url": gateway.url.partition("?")[0], "is_active": gateway.is_active},
    )
    return gateway
