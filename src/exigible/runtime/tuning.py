"""Settings of the embedded server, fitted to the machine; `ALTER SYSTEM` overrides each of them."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

FILE_NAME = "exigible.conf"
MEGABYTE = 2**20


def settings(memory: int, shared_memory_is_small: bool, sockets: str) -> dict[str, str]:
    """PostgreSQL's settings for a machine with `memory` bytes, listening in the folder `sockets` only."""
    megabytes = memory // MEGABYTE
    return {
        "listen_addresses": "",
        "unix_socket_directories": sockets,
        "shared_buffers": f"{max(32, min(512, megabytes // 8))}MB",
        "effective_cache_size": f"{max(64, megabytes // 2)}MB",
        "work_mem": f"{max(4, min(64, megabytes // 64))}MB",
        "maintenance_work_mem": f"{max(16, min(256, megabytes // 16))}MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "synchronous_commit": "on",
        "jit": "off",
        "max_parallel_workers_per_gather": "2",
        "random_page_cost": "1.1",
        "dynamic_shared_memory_type": "mmap" if shared_memory_is_small else "posix",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "on",
        "log_directory": "log",
        "log_filename": "postgresql-%a.log",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_truncate_on_rotation": "on",
    }


def for_this_machine(sockets: str) -> str:
    """The text of the settings file for this machine."""
    values = settings(machine_memory(), _shared_memory_is_small(), sockets)
    lines = ["# Written at each start; use ALTER SYSTEM for settings of your own."]
    return "\n".join(lines + [f"{name} = '{value}'" for name, value in values.items()]) + "\n"


def machine_memory() -> int:
    """The memory that we may use, in bytes: the machine's, or the container's where that is less."""
    total = psutil.virtual_memory().total
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            text = Path(limit).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if text.isdigit():
            return min(total, int(text))
    return total


def _shared_memory_is_small() -> bool:
    """Containers often have 64 MB of shared memory, too little for parallel queries."""
    try:
        area = os.statvfs("/dev/shm")
    except OSError:
        return False
    return area.f_frsize * area.f_blocks < 256 * MEGABYTE
