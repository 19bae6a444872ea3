"""What a worker's process of the server does, so that a fault in the rule engine takes down nothing else."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TYPE_CHECKING

from screener.web.settings import Settings
from screener.web.wire import Answer, Job

if TYPE_CHECKING:
    from screener.web.author.editing import AuthorDesk
    from screener.web.desk.desk import Desk


def desk_for(settings: Settings, warm: bool = True) -> Desk | AuthorDesk:
    """The desk that does what a server of this kind asks for.

    Args:
        warm: make the engine now, not when the first case comes.
    """
    if settings.edit:
        from screener.web.author.editing import AuthorDesk

        return AuthorDesk(settings)
    from screener.web.desk.desk import Desk

    desk = Desk(settings)
    return desk.warm() if warm else desk


def doing(settings: Settings) -> Callable[[Job], Answer]:
    """What does jobs; called in the process of a worker."""
    desk = desk_for(settings)
    gc.freeze()  # the rule book and the engine stay; they need not be looked through again and again
    return desk.do


class Inline:
    """Does every job in this process, without workers; for tests and for use inside another program."""

    def __init__(self, settings: Settings) -> None:
        self.desk = desk_for(settings, warm=False)

    async def ask(self, job: Job) -> Answer:
        """Do a job, here and now."""
        return self.desk.do(job)

    def ready(self) -> int:
        """Always."""
        return 1
