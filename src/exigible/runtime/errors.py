"""What a person sees when the fault is ours: that it is, that nothing was half-done, and a reference."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from exigible.runtime.logs import report_fault


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: logs the fault and answers in the form that was asked for, needing no database."""
    error = sys.exc_info()[1] or RuntimeError("a fault without an exception")
    reference = report_fault(error, method=request.method, path=request.path)
    if not request.headers.get("HX-Request") and not request.accepts("text/html"):
        return JsonResponse({"error": "fault", "reference": reference}, status=500)
    template = "runtime/fault_fragment.html" if request.headers.get("HX-Request") else "web/fault.html"
    return HttpResponse(render_to_string(template, {"reference": reference}), status=500)
