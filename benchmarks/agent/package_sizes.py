"""Sizes of the layers, and import times of the functions and agents."""

import io
import statistics
import subprocess
import sys
import zipfile
from pathlib import Path

from local_gateway.template.stack import read_stack

__all__ = ["import_table", "size_table"]

_MB = 1_000_000
_RUNS = 5
_AGENT = "threadcast.adapters.model_agent.providers"
AGENTS = {
    "… and its agent: offline": "threadcast_analyst",
    "… and its agent: bedrock": f"threadcast.adapters.model_agent.agent_factory, {_AGENT}.bedrock",
    "… and its agent: openai": f"threadcast.adapters.model_agent.agent_factory, {_AGENT}.openai_compatible",
}


def size_table(built: Path) -> None:
    """Print the sizes of the layers and of the functions' code, unpacked and zipped."""
    print("package                     unpacked MB  zipped MB   files")
    for folder in sorted(path for path in built.iterdir() if path.is_dir()):
        files = [path for path in folder.rglob("*") if path.is_file()]
        unpacked = sum(path.stat().st_size for path in files)
        print(
            f"  {folder.name:25} {unpacked / _MB:12.2f} {_zipped(folder, files) / _MB:10.2f} {len(files):7}"
        )
    print()


def import_table(built: Path) -> None:
    """Print the time to import each function in a new process; for `run_turn`, also with each agent."""
    stack = read_stack(built / "template.yaml", {"TokenSecretParameter": "/unused"})
    print("import, in a process of its own    median ms")
    for name, function in stack.functions.items():
        path = [function.code, *function.layers]
        agent_layer = built / "AgentLayer"
        print(f"  {name:32} {_import_ms('app', path):9.0f}")
        if name == "RunTurnFunction":
            for agent, modules in AGENTS.items():
                print(f"  {agent:32} {_import_ms(f'app, {modules}', [*path, agent_layer]):9.0f}")


def _import_ms(modules: str, path: list[Path]) -> float:
    """Return the median over new processes that import from these folders only."""
    search = [str(folder / "python" if (folder / "python").is_dir() else folder) for folder in path]
    script = f"import time; began = time.perf_counter(); import {modules}; print(time.perf_counter() - began)"
    took = [
        float(
            subprocess.run(  # noqa: S603 - this interpreter, fixed arguments
                [sys.executable, "-S", "-c", script],
                env={"PYTHONPATH": ":".join(search), "AWS_DEFAULT_REGION": "eu-central-1"},
                capture_output=True,
                check=True,
                text=True,
            ).stdout
        )
        for _ in range(_RUNS)
    ]
    return statistics.median(took) * 1000


def _zipped(folder: Path, files: list[Path]) -> int:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.relative_to(folder))
    return kept.tell()
