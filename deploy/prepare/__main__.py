"""`python -m deploy.prepare secrets | key | databases | bucket | administrator`; each may be run again and again."""

import sys

from deploy.prepare.commands import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
