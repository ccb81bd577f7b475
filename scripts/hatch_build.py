"""Compiles the translations into the wheel: the .mo files are made, never kept in the repository."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileMessages(BuildHookInterface):  # type: ignore[misc,type-arg]
    """Runs before a wheel is packed; an editable installation compiles with `make setup`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  hatchling's signature
        sources = Path(self.root) / "src"
        sys.path.insert(0, str(sources))
        from exigible.runtime.messages import compile_all

        compile_all()
        build_data["artifacts"] += ["src/exigible/**/*.mo"]
