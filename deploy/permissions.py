"""The catalogue of permissions as a page, generated from the code of the service that owns it.

python -m deploy.permissions            writes docs/permissions.md
python -m deploy.permissions --check    fails with the difference when that file is not current
"""

import sys
from pathlib import Path

from deploy.generated import write_or_check
from services.access.domain.permissions import catalogue_page

PAGE = Path("docs/permissions.md")


def main(arguments: list[str]) -> int:
    """The exit status: 0 when all is well."""
    return write_or_check({PAGE: catalogue_page()}, check="--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
