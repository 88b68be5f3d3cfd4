"""Saving: when a study goes into the store - as it changes, a moment later, and at the end."""

from __future__ import annotations

import atexit
import logging
from collections.abc import Callable
from typing import Any

from planner.apps.page.store import ChangedElsewhereError, StudyStore
from planner.apps.page.study import Study
from planner.core.findings import InputError

# Somebody who drags a slider changes the plan many times a second.
PAUSE = 0.25
TRIES = 5
log = logging.getLogger(__name__)
Later = Callable[[float, Callable[[], None]], Any]


class Saver:
    """Keeps one study saved: the last change always, those passed through on the way not.

    `later` calls a function after some seconds and returns what has a ``cancel``; without it
    every change is saved at once.
    """

    def __init__(self, store: StudyStore, later: Later | None = None) -> None:
        """Save into a store."""
        self.store, self.later = store, later
        self.key: str | None = None
        self.revision = ""
        self.tell: Callable[[Exception | None], None] = lambda _: None
        self._waiting: Study | None = None
        self._timer: Any = None
        atexit.register(self.flush)

    @property
    def fresh(self) -> bool:
        """Whether the study has not been saved yet."""
        return self.key is None

    def start(self, study: Study) -> None:
        """Begin with a study that is not in the store; what waits of another is saved first."""
        self.flush()
        self.key, self.revision = None, ""
        self._cluster = study.cluster

    def resume(self, key: str) -> Study:
        """Begin with a study from the store; what waits of another is saved first.

        Raises
        ------
        InputError
            When it is not there or not one of ours any more.
        """
        self.flush()
        study, revision = self.store.load(key)
        self.key, self.revision, self._cluster = key, revision, study.cluster
        return study

    def changed(self, study: Study) -> None:
        """Save a study, soon; one that is new at once, so that a page knows where it is kept."""
        self._waiting = study
        if self.later is None or self.fresh:
            self.flush()
        else:
            self._drop()
            self._timer = self.later(PAUSE, self.flush)

    def flush(self) -> None:
        """Save what waits, and tell how it went."""
        study, self._waiting = self._waiting, None
        self._drop()
        if study is None:
            return
        error: Exception | None = None
        for _ in range(TRIES if self.fresh else 1):
            key = self.key or self.store.new_key(self._cluster)
            try:
                self.revision = self.store.save(key, study, self.revision)
            except (ChangedElsewhereError, InputError) as fault:
                error = fault  # of a new study: somebody took the name in between
            except Exception as fault:
                log.exception("saving failed")
                error = fault  # told like any other: whoever works on has to know
                break
            else:
                self.key, error = key, None
                break
        self.tell(error)

    def _drop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
