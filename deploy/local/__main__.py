"""`python -m deploy.local up | stack | verify | logs`; nothing runs yet when a Ctrl-C comes while this loads."""

import sys

try:
    from deploy.local.commands import main
except KeyboardInterrupt:
    sys.exit(0)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
