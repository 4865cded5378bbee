"""Starts a function's process: `python entry.py LOOP HANDLER`. API Gateway's host names resolve locally.

LOOP `awslambdaric` is AWS's own runtime loop over the gateway's transport: the loop polls through a
module `runtime_client`, which awslambdaric binds to libcurl and which here is `transport.py`.
That halves the time of an invocation and works where the binding cannot be built.
LOOP `awslambdaric-native` is AWS's loop over its own transport. LOOP `pure-python` is `loop.py`, for machines
without awslambdaric.
"""

import importlib.util
import os
import runpy
import sys
from pathlib import Path
from types import ModuleType


def main(loop: str, handler: str) -> None:
    """Run the function until the gateway closes the connection."""
    # As `-m awslambdaric` does: the task's folder comes first, not the folder of this file.
    sys.path[0] = os.getcwd()  # noqa: PTH109 - sys.path holds strings
    _load("local_hosts", "_local_gateway_hosts").install(os.environ.pop("LOCAL_GATEWAY_HOSTS", ""))
    if loop == "awslambdaric-native":
        sys.argv[1:] = [handler]
        runpy.run_module("awslambdaric", run_name="__main__")
        return
    transport = _load("transport", "runtime_client")
    try:
        if loop == "awslambdaric":
            _run_awslambdaric(handler)
        else:
            _load("loop", "_local_gateway_loop").main(handler, transport)
    except ConnectionError:
        sys.exit(1)  # the gateway has ended, or rejects a result


def _run_awslambdaric(handler: str) -> None:
    """Run AWS's loop, without the thread in which it polls for each invocation.

    AWS's binding blocks inside libcurl and needs the thread to handle signals; the gateway's
    transport is interruptible, and the thread takes longer than the rest of an invocation.
    """
    from awslambdaric.bootstrap import run  # noqa: PLC0415 - the other loop lives without it
    from awslambdaric.lambda_runtime_client import LambdaRuntimeClient  # noqa: PLC0415 - the same

    address = os.environ["AWS_LAMBDA_RUNTIME_API"]
    run(handler, LambdaRuntimeClient(address, use_thread_for_polling_next=False))


def _load(file: str, name: str) -> ModuleType:
    """Import a neighbouring file without putting this folder on the function's path."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{file}.py"))
    if spec is None or spec.loader is None:
        raise ImportError(file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
