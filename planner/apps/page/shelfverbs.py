"""What a page may ask for of the studies that are kept: rename, copy, put away."""

from __future__ import annotations

from planner.apps.page import shelf
from planner.apps.page.sessionstate import SessionState
from planner.apps.page.store import StudyStore
from planner.core.findings import Finding, InputError, Obligation


class ShelfVerbs(SessionState):
    """The part of a session that keeps order among the studies of its folder."""

    def rename_kept(self, key: str, name: str) -> None:
        """Give a kept study another name; the one that is open is saved under it from then on."""
        store = self._store(key)
        if name.strip() == key:
            return
        self.flush()
        new = shelf.renamed(store, key, name)
        if self.saver is not None and self.saver.key == key:
            self.saver.key = new
        self.shelved += 1

    def copy_kept(self, key: str) -> None:
        """Copy a kept study."""
        store = self._store(key)
        self.flush()
        shelf.copied(store, key)
        self.shelved += 1

    def delete_kept(self, key: str) -> None:
        """Put a kept study away, other than the one that is open; where it is now, is said."""
        store = self._store(key)
        if self.saver is not None and self.saver.key == key and self.history is not None:
            raise InputError([Finding("study_open", Obligation.MUST_FIX, found=key)])
        where = shelf.put_away(store, key)
        self.shelved += 1
        self.notices = (Finding("study_away", Obligation.INFO, found=key, expected=str(where)),)

    def _store(self, key: str) -> StudyStore:
        if self.saver is None:
            raise InputError([Finding("file_missing", Obligation.MUST_FIX, found=key[:60])])
        return self.saver.store
