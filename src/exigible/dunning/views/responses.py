"""Answers that hold what was written to a customer: for a frame of our own pages, and able to do nothing."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

SHUT_IN = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A PDF to look at where one is."""
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=False, filename=name) or "inline",
        "Content-Security-Policy": PDF_POLICY,
        "X-Frame-Options": "SAMEORIGIN",
    }
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def email_response(html: str) -> HttpResponse:
    """An e-mail as its reader sees it: its own inline styles, no script, no link, nothing loaded."""
    headers = {"Content-Security-Policy": SHUT_IN, "X-Frame-Options": "SAMEORIGIN"}
    return HttpResponse(html, headers=headers)
