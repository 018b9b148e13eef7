"""What the person reads when an import has ended, or was stopped."""

from client.importing.run import Job, Outcome


def so_far(outcome: Outcome) -> str:
    """For a run that ended before its time."""
    tally = outcome.tally
    return (
        f"Stopped: {tally.registered} registered, {tally.already_there} already there, {tally.bad} bad so far. "
        "Run the same command again to go on."
    )


def summary(outcome: Outcome, job: Job, seconds: float) -> str:
    """For a run that saw every row."""
    return _would(outcome, job) if job.dry_run else _did(outcome, job, seconds)


def _did(outcome: Outcome, job: Job, seconds: float) -> str:
    tally = outcome.tally
    companies = f" {outcome.new_companies} companies created." if outcome.new_companies else ""
    return (
        f"{tally.rows} rows: {tally.registered} registered, {tally.already_there} already there, {_bad(outcome, job)}."
        f"{companies} {seconds:.1f} s, {tally.registered / max(seconds, 0.001):.0f} registered/s."
    )


def _would(outcome: Outcome, job: Job) -> str:
    return (
        f"Dry run, nothing was changed: {outcome.ready} rows would be sent (those registered before stay as they are), "
        f"{_bad(outcome, job)}, {outcome.new_companies} companies would be created."
    )


def _bad(outcome: Outcome, job: Job) -> str:
    return f"{outcome.tally.bad} bad (see {job.report})" if outcome.tally.bad else "0 bad"
