"""`python -m tests.support.faults.process MODULE COMMAND`: runs a deployable as ever, with points at which it may die.

FAULTS_DIRECTORY is where points are armed; FAULTS_BUG names a bug to plant, or none.
"""

import os
import runpy
import sys

from tests.support.faults.bugs import PLANT
from tests.support.faults.points import (
    commit_late_or_never_answer,
    die_before_acknowledging,
    die_or_dawdle_while_publishing,
)

BUG = "FAULTS_BUG"
_LOADED = "services.incidents"  # the service that the load changes


def main() -> None:
    module, command = sys.argv[1:]
    die_before_acknowledging()
    if module == _LOADED:
        commit_late_or_never_answer() if command == "serve" else die_or_dawdle_while_publishing()
    if bug := os.environ.get(BUG):
        PLANT[bug]()
    sys.argv = [module, command]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
