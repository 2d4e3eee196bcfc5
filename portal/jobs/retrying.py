"""When a job that failed is tried again: soon at first, then with growing pauses, at last not at all."""

from dataclasses import dataclass

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

PAUSES = (2, 10, 30, 120, 600, 1800, 3600)
SIX_HOURS = 6 * 3600


class NotYet(Exception):
    """What the job needs is not there yet; this is no failure, and it is looked at again after ``seconds``."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds


@dataclass(frozen=True)
class GrowingPauses(BaseRetryStrategy):
    """Seconds, minutes, hours; after ``attempts`` it is left, failed, for a person to look at."""

    attempts: int = 20

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, NotYet):
            return RetryDecision(retry_in={"seconds": exception.seconds})
        if job.attempts >= self.attempts:
            return None
        pause = PAUSES[job.attempts] if job.attempts < len(PAUSES) else SIX_HOURS
        return RetryDecision(retry_in={"seconds": pause})
