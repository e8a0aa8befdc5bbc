"""SystemMonitor: how the server is (docs/runtime/logs.md, Health)."""

from __future__ import annotations

from tests.oracle.kernel import Kernel


def health(kernel: Kernel) -> tuple[str, list[str]]:
    """`ok`, `degraded` or `failing`, and why."""
    wanted = [record for record in kernel.records if record.code != "KERNEL_OFF"]
    issues = kernel.errors.issues(kernel.clock.now)
    issues += [f"{record.name}: {record.code}" for record in wanted if record.state == "disabled"]
    is_down = bool(wanted) and all(record.state != "ready" for record in wanted)
    if not kernel.is_ready:
        issues.append(f"the boot is in phase {kernel.phase}")
        is_down = True
    return "failing" if is_down else "degraded" if issues else "ok", issues


def metrics(kernel: Kernel) -> dict[str, int]:
    """The kernel's own numbers as they are now; the Luau takes them each minute."""
    states = [record.state for record in kernel.records]
    return {
        "kernel.modules.ready": states.count("ready"),
        "kernel.modules.disabled": states.count("disabled"),
        "kernel.players": len(kernel.players),
        **{f"kernel.network.{what}": count for what, count in kernel.network.counts.items()},
    }
