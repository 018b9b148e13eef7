"""The history of this service's tables."""

from pathlib import Path

VERSIONS = Path(__file__).parent
