"""Decision logs: who asked what, what came out and why, as JSON lines that `policyc replay` reads.

    with policyc.Log("decisions.jsonl") as log:
        with store.reader(log=log) as reader:
            reader.check(sam, "write", trip)
        print(log.counts())

Writing is another thread's work; where it does not keep up, decisions are dropped and counted.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from typing import Any, Iterator, Optional, Union

from ._policy import ffi, lib
from .errors import BusyError, ClosedError, must, new_error, new_struct
from .given import Path, flag, path_bytes, terminated
from .owned import NotCopied, Owned
from .program import Context, Decision, Subject
from .record import BorrowedRecord, Record

CLOSED = Owned(ffi.NULL, lib.policy_log_close)


@dataclasses.dataclass(frozen=True)
class LogCounts:
    """`dropped`: the ring was full; `failed`: the file could not be written."""

    written: int
    dropped: int
    failed: int


class Log(NotCopied):
    """Appends to a file that only its owner may read. Any number of threads may log."""

    def __init__(
        self,
        path: Path,
        *,
        ring_size: int = 0,
        file_bytes: int = 0,
        files_kept: int = 0,
        denials_only: bool = False,
    ):
        """A file that grows past `file_bytes` becomes PATH.1, that one PATH.2, ...; 0 is the library's own choice."""
        options = new_struct("policy_log_options")
        options.ring_size, options.file_bytes, options.files_kept = ring_size, file_bytes, files_kept
        options.denials_only = flag("denials_only", denials_only)
        made, error = ffi.new("policy_log**"), new_error()
        must(lib.policy_log_open(path_bytes("path", path), options, made, error), error)
        self._owned = Owned(made[0], lib.policy_log_close)
        self._lock = threading.RLock()

    def __enter__(self) -> Log:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Writes what waits, and closes; BusyError while a reader logs to it. Twice is fine."""
        with self._lock:
            if self._owned.is_needed:
                raise BusyError("readers still log to it")
            self._owned = CLOSED  # the last call under way closes it

    def flush(self) -> None:
        """Comes back when all that was logged before is in the file."""
        must(self._call(lib.policy_log_flush), what="log")

    def counts(self) -> LogCounts:
        counts = new_struct("policy_log_counts")
        must(self._call(lib.policy_log_count, counts), what="log")
        return LogCounts(counts.written, counts.dropped, counts.failed)

    def decision(
        self,
        decision: Decision,
        subject: Subject,
        record: Union[Record, BorrowedRecord],
        *,
        context: Optional[Context] = None,
        user_name: Optional[str] = None,
        row_name: Optional[str] = None,
    ) -> bool:
        """Logs what Program.decide said of these, under the host's own names for them; False where it was dropped."""
        program, (table, right) = decision._program, decision._asked
        program._of_closed(subject, record)
        if record._layout is not program._layout_token:
            raise ValueError("the record is of another program than the decision")
        given = {"user_name": user_name, "row_name": row_name}
        names = [
            ffi.NULL if text is None else ffi.new("char[]", terminated(name, text)) for name, text in given.items()
        ]
        of_program = program._owned  # stays meanwhile
        status = self._call(
            lib.policy_log_decision,
            of_program.pointer,
            subject._owned.pointer,
            table,
            right,
            record._handle,
            program._of_context(context),
            decision._raw,
            *names,
        )
        if status == BusyError.status:
            return False
        must(status, what="log")
        return True

    def _call(self, function: Any, *arguments: Any) -> Any:
        owned = self._owned
        if not owned:
            raise ClosedError("the log is closed")
        return function(owned.pointer, *arguments)

    @contextlib.contextmanager
    def _logging(self, reader: Owned) -> Iterator[None]:
        with self._lock:
            owned = self._owned
            if not owned:
                raise ClosedError("the log is closed")
            owned.keep()
        try:
            must(lib.policy_reader_set_log(reader.pointer, owned.pointer), what="log")
            yield
        finally:
            lib.policy_reader_set_log(reader.pointer, ffi.NULL)
            owned.let_go()
