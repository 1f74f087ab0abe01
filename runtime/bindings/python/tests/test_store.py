"""Stores: transactions, readers, operations, replacing, and the order in which things are closed."""

import gc
import threading

import numpy
import pytest

import policyc
from conftest import World
from policyc import AccessMode, ChangeKind, Cursor, Operation, Reason, Right, TeamKind, team, user


def test_check_and_decide(store, world):
    with store.reader() as reader:
        assert reader.revision == world.revision == store.revision
        assert reader.check(world.sam, "read", world.hers)
        assert not reader.check(world.sam, "write", world.hers)
        assert reader.check(world.sam, Right.WRITE, world.his)
        decision = reader.decide(world.sam, "write", world.hers)
        assert (decision.allowed, decision.reason) == (False, Reason.LEVEL)
        assert "skipper" in reader.decide(world.sam, "read", world.hers).explain()
        assert reader.program.info.policy_name == "club"
        assert reader.table(world.hers) == "trip" and reader.table(999) is None


def test_what_is_not_there_is_denied(store, world):
    with store.reader() as reader:
        assert not reader.check(999, "read", world.hers)
        assert not reader.check(world.sam, "read", 999)
        for user_number, row in ((999, world.hers), (world.sam, 999)):
            with pytest.raises(policyc.UnknownError):
                reader.decide(user_number, "read", row)
        with pytest.raises(policyc.UnknownError):
            reader.check(world.sam, "reed", world.hers)


def test_check_many(store, world):
    with store.reader() as reader:
        rows = numpy.array([world.hers, world.his, 999], dtype="uint32")
        assert reader.check_many(world.sam, "write", rows).tolist() == [False, True, False]
        assert reader.check_many(world.sam, "read", [world.hers, world.his]).tolist() == [True, True]
        assert reader.check_many(world.sam, "read", []).tolist() == []
        with pytest.raises(TypeError):
            reader.check_many(world.sam, "read", rows.astype("int64"))


def test_list_and_who(store, world):
    with store.transaction() as t:
        more = [t.add_row("trip", owner=user(world.sam)) for _ in range(3000)]
    with store.reader() as reader:
        assert sorted(reader.list(world.sam, "write", "trip")) == sorted([world.his, *more])
        assert set(reader.who("write", world.hers)) == {world.roohi}
        assert set(reader.who("read", world.hers)) == {world.sam, world.ana, world.roohi}
        assert list(reader.list(world.sam, "read", "city")) == []
        with pytest.raises(policyc.UnknownError):
            reader.list(world.sam, "read", "ship")


def test_a_list_is_gone_on_with_in_a_later_revision(store, world):
    with store.transaction() as t:
        rows = {t.add_row("trip", owner=user(world.sam)) for _ in range(5000)} | {world.his}
    cursor, found = Cursor(), []
    with store.reader() as reader:
        pages = reader.list(world.sam, "write", "trip", cursor=cursor)
        found += [next(pages) for _ in range(1)]
    with pytest.raises(policyc.ClosedError):
        list(pages)
    assert not cursor.at_end
    with store.reader() as reader:
        first_page = set(found)
        rest = list(reader.list(world.sam, "write", "trip", cursor=cursor))
        assert cursor.at_end and first_page.isdisjoint(rest) and set(rest) < rows
        assert list(reader.list(world.sam, "write", "trip", cursor=cursor)) == []


def test_a_list_does_not_mix_revisions(store, world):
    with store.transaction() as t:
        for _ in range(5000):
            t.add_row("trip", owner=user(world.sam))
    with store.reader() as reader:
        pages = reader.list(world.sam, "read", "trip")
        next(pages)
        with store.transaction() as t:
            t.set_row_owner(world.hers, user(world.sam))
        reader.refresh()
        with pytest.raises(policyc.StaleError):
            list(pages)


def test_a_reader_sees_one_revision(store, world):
    with store.reader() as reader:
        with store.transaction() as t:
            t.set_share(world.hers, user(world.sam), ["read", "write"])
        assert not reader.check(world.sam, "write", world.hers)
        assert reader.refresh() == t.revision
        assert reader.check(world.sam, "write", world.hers)


def test_waiting_for_a_revision(store, world):
    with store.reader(at_least=world.revision) as reader:
        assert reader.revision == world.revision
    with pytest.raises(policyc.StaleError):
        with store.reader(at_least=world.revision + 1, wait=0.01):
            pass

    def commit():
        with store.transaction() as t:
            t.add_unit(world.root)

    thread = threading.Timer(0.05, commit)
    thread.start()
    with store.reader(at_least=world.revision + 1, wait=10) as reader:
        assert reader.revision == world.revision + 1
    thread.join()


def test_an_exception_abandons(store, world):
    with pytest.raises(ZeroDivisionError):
        with store.transaction() as t:
            t.set_row_owner(world.hers, user(world.sam))
            1 / 0
    assert store.revision == world.revision
    with store.transaction() as t:
        t.set_row_owner(world.hers, user(world.sam))
        t.abandon()
        with pytest.raises(policyc.ClosedError):
            t.add_unit(world.root)
    assert store.revision == world.revision and t.revision is None
    with store.reader() as reader:
        assert not reader.check(world.sam, "write", world.hers)


def test_what_the_facts_do_not_allow(store, world):
    with store.transaction() as t:
        with pytest.raises(policyc.RefusedError):
            t.add_unit()  # a second root
        with pytest.raises(policyc.RefusedError):
            t.move_unit(world.root, world.north)
        with pytest.raises(policyc.UnknownError):
            t.add_user(999)
        with pytest.raises(policyc.UnknownError):
            t.give_role(user(world.sam), "captain", world.north)
        with pytest.raises(policyc.UnknownError):
            t.give_role(user(999), "skipper", world.north)
        last = t.add_unit(world.south)  # it goes on
        assert last > world.south


def test_people(store, world):
    with store.transaction() as t:
        crew = t.add_team(world.north, members=[world.ana])
        t.add_team(world.north, TeamKind.ACCESS)
        top = t.add_position()
        t.set_user_position(world.sam, t.add_position(top))
        t.set_user_position(world.sam, None)
        t.set_user_manager(world.sam, world.roohi)
        t.set_user_manager(world.sam, None)
        t.set_user_mode(world.sam, AccessMode.READ_WRITE)
        t.set_user_name(world.sam, "samuel")
        t.give_column_profile(user(world.sam), "treasurer")
        t.give_role(team(crew), "skipper", world.north)
        ours = t.add_row("trip", owner=team(crew))
    with store.reader() as reader:
        assert reader.decide(world.ana, "write", ours).reason is Reason.TEAM_OWNER
    with store.transaction() as t:
        t.leave(world.ana, crew)
        t.move_team(crew, world.south)
        t.move_user(world.ana, world.south)
        t.drop_roles(user(world.sam))
        t.set_user_disabled(world.sam, True)
        t.move_unit(world.south, world.north)
    with store.reader() as reader:
        assert not reader.check(world.ana, "write", ours)
        assert not reader.check(world.sam, "write", world.his)
    with pytest.raises(ValueError), store.transaction() as t:
        t.set_user_name(world.sam, "a\0b")


def test_rows(store, world):
    with store.transaction() as t:
        entry = t.add_row("log_entry", owner=user(world.sam), links={"trip_log": world.his})
        oslo = t.add_row("city")
        t.set_association("visited", world.his, oslo)
        t.set_association("visited", world.his, oslo, there=False)
        t.set_row_link(entry, "trip_log", None)
        t.set_row_active(world.his, False)
        t.set_row_owner(world.hers, user(world.sam))
        t.set_row_unit(world.hers, world.south)
        t.set_row_values(world.his, {"status": "open", "urgent": None}, columns={"fee": True})
        t.set_column_share(world.his, "fee", user(world.ana), read=True)
        t.remove_row(entry)
        with pytest.raises(policyc.UnknownError):
            t.remove_row(entry)
        with pytest.raises(policyc.UnknownError):
            t.set_row_values(world.his, columns={"draught": True})
        with pytest.raises(TypeError):
            t.set_row_values(world.his, {"seats": 0.5})
    with store.reader() as reader:
        assert reader.table(entry) is None
        assert reader.columns(world.ana, "trip", world.his).read == {"fee"}


def test_user_values_and_context(store, world):
    with store.transaction() as t:
        ben = t.add_user(world.south, attributes={"region": "Bergen", "grade": 3})
        t.give_role(user(ben), "by_region", world.south)
        t.give_role(user(ben), "by_channel", world.south)
        t.set_row_values(world.hers, {"harbour": "Bergen"})
    with store.reader() as reader:
        assert reader.check(ben, "read", world.hers) and not reader.check(ben, "read", world.his)
        reader.set_context({"channel": "phone"})
        assert reader.check(ben, "read", world.his)
        reader.set_context({})
        assert not reader.check(ben, "read", world.his)
        with pytest.raises(policyc.UnknownError):
            reader.set_context({"weather": 1})
    with store.reader() as reader:
        reader.set_context({"channel": "phone"})
    with store.reader() as reader:
        assert not reader.check(ben, "read", world.his)  # another's context is not this one's
    with store.transaction() as t:
        t.set_user_values(ben, {"grade": None})
    with store.reader() as reader:
        assert not reader.check(ben, "read", world.hers)


def test_columns(store, world):
    with store.transaction() as t:
        t.give_column_profile(user(world.sam), "treasurer")
    with store.reader() as reader:
        rights = reader.columns(world.sam, "trip")
        assert rights.secured == {"fee"} == rights.read == rights.update
        assert rights.create == frozenset()
        assert reader.columns(world.ana, "trip", world.hers).read == frozenset()


def test_operations(store, world):
    with store.transaction() as t:
        denied = t.perform(Operation.assign(world.sam, world.hers, user(world.sam)))
        assert not denied and denied.changes == []
        assert denied.answer.reason is Reason.LEVEL and denied.answer.decision.explain()
        planned = t.plan(Operation.share(world.sam, world.his, user(world.ana), ["read"]))
        assert planned and planned.changes[0].kind is ChangeKind.SHARE
        created = t.perform(Operation.create(world.sam, "trip", owner=user(world.sam), values={"status": "open"}))
        assert created and created.row is not None
        t.perform(Operation.create(world.sam, "log_entry", owner=user(world.sam), links={"trip_log": created.row}))
        shared = t.perform(Operation.share(world.sam, created.row, user(world.ana), ["read"]))
        assert [change.kind for change in shared.changes] == [ChangeKind.SHARE, ChangeKind.INHERITED]
        assert shared.changes[1].through == "trip_log" and shared.changes[1].above == created.row
        updated = t.perform(Operation.update(world.sam, created.row, values={"urgent": True}))
        assert updated and updated.hidden_columns == {"fee"}
        fee = t.plan(Operation.update(world.sam, created.row, columns={"fee": True}))
        assert not fee and fee.answer.column == "fee" and fee.answer.reason is Reason.COLUMN
        assert t.perform(Operation.read(world.sam, created.row))
        assert t.perform(Operation.delete(world.sam, created.row))
    with store.reader() as reader:
        assert reader.table(created.row) is None
        assert denied.answer.decision.explain()  # after the transaction as well


def test_every_kind_of_operation_is_taken(store, world):
    with store.transaction() as t:
        crew = t.add_team(world.north, TeamKind.ACCESS)
        oslo = t.add_row("city")
        entry = t.add_row("log_entry", owner=user(world.sam))
        sam, his = world.sam, world.his
        for operation in (
            Operation.modify(sam, his, user(world.ana), ["read"]),
            Operation.revoke(sam, his, user(world.ana)),
            Operation.link(sam, entry, "trip_log", his),
            Operation.unlink(sam, entry, "trip_log"),
            Operation.associate(sam, "visited", his, oslo),
            Operation.disassociate(sam, "visited", his, oslo),
            Operation.merge(sam, his, world.hers),
            Operation.set_unit(sam, his, world.south),
            Operation.deactivate(sam, his),
            Operation.activate(sam, his),
            Operation.add_member(sam, crew, user(world.ana)),
            Operation.remove_member(sam, crew, user(world.ana)),
            Operation.move_user(sam, user(world.ana), world.south),
            Operation.move_team(sam, crew, world.south),
            Operation.delete(sam, his).whoever_may_sign_in(),
        ):
            assert isinstance(t.plan(operation).answer.reason, Reason), operation
        for_sam = Operation.deactivate(world.roohi, his).on_behalf_of(sam)
        assert (for_sam.user, for_sam.impersonator) == (sam, world.roohi)
        assert t.plan(for_sam)
        assert not t.plan(Operation.deactivate(world.ana, his).on_behalf_of(sam))
        assert not t.perform(Operation.delete(sam, 999))


def test_run_as(store, world):
    with store.transaction() as t:
        answer = t.run_as("audit_trip", "write_log", triggering=world.ana, row=world.his)
        assert answer.user == world.sam and not answer.is_system and answer.answer.allowed
        bill = t.run_as("audit_trip", "bill", triggering=world.sam, row=world.his)
        assert bill.user == world.roohi


def test_subjects_and_records_of_a_reader(store, world, club):
    with store.reader() as reader:
        sam, hers = reader.subject(world.sam), reader.record(world.hers)
        assert reader.program.check(sam, "read", hers)
        assert not reader.program.decide(sam, "write", hers)
        assert reader.subject(999) is None and reader.record(999) is None
        reader.refresh()
        with pytest.raises(policyc.ClosedError):
            reader.program.check(sam, "read", hers)
        sam, hers = reader.subject(world.sam), reader.record(world.hers)
    with pytest.raises(policyc.ClosedError):
        club.check(sam, "read", hers)


def test_replacing_the_policy(store, world, club, next_club):
    with pytest.raises(policyc.LossyError) as refused:
        store.replace(next_club)
    assert any("member" in what for what in refused.value.lost)
    assert refused.value.status is policyc.Status.LOSSY
    assert store.revision == world.revision
    with store.reader() as before:
        replaced = store.replace(next_club, may_lose=True, may_miss=True)
        assert any("member" in what for what in replaced.lost)
        assert before.check(world.ana, "read", world.hers)  # of the version before
        assert before.program.tables == club.tables
        with store.reader(at_least=replaced.revision) as after:
            assert after.program.tables == ("boat", "trip")
            assert after.check(world.sam, "read", world.hers)
            assert not after.check(world.ana, "read", world.hers)
            assert after.decide(world.sam, "read", world.hers).role == "skipper"
    assert store.program.tables == ("boat", "trip")
    with store.transaction() as t:
        t.add_row("boat", owner=user(world.sam))
        with pytest.raises(policyc.UnknownError):
            t.add_row("city")


def test_closing_a_store_that_is_in_use(club):
    store = policyc.Store(club)
    world = World(store)
    with store.reader():
        with pytest.raises(policyc.BusyError):
            store.close()
    with store.transaction():
        with pytest.raises(policyc.BusyError):
            store.close()
    with store.reader() as reader:
        assert reader.check(world.sam, "read", world.hers)
    store.close()
    store.close()
    for use in (
        lambda: store.revision,
        lambda: store.program,
        lambda: store.replace(club),
        lambda: store.transaction().__enter__(),
        lambda: store.reader().__enter__(),
    ):
        with pytest.raises(policyc.ClosedError):
            use()


def test_a_thread_does_not_wait_for_itself(store, world, club):
    with store.transaction():
        with pytest.raises(policyc.BusyError, match="wait for itself"):
            with store.transaction():
                pass
        with pytest.raises(policyc.BusyError):
            store.replace(club)
    with store.transaction() as t:
        t.abandon()
        with store.transaction() as another:
            another.add_unit(world.root)
    assert another.revision > world.revision


def test_used_after_its_block(store, world):
    with store.reader() as reader:
        pass
    with store.transaction() as t:
        pass
    for use in (
        lambda: reader.check(world.sam, "read", world.hers),
        lambda: reader.decide(0, "read", 0),
        lambda: reader.refresh(),
        lambda: reader.columns(0, "trip"),
        lambda: t.add_unit(),
        lambda: t.plan(Operation.delete(0, 0)),
    ):
        with pytest.raises(policyc.ClosedError):
            use()


def test_handles_that_nobody_closes(image):
    for _ in range(10):
        store = policyc.Store(policyc.open(image))
        World(store)
        with store.reader() as reader:
            reader.subject(0)
        generator = store.reader()
        generator.__enter__().check(0, "read", 0)
        cycle = [store, generator]
        cycle.append(cycle)
        del store, reader, generator, cycle
        gc.collect()


class Session:
    """Holds all that there is, in a ring, and uses it when it goes: in which order, the collector decides."""

    said = []

    def __init__(self, image, folder):
        self.me = self
        self.program = policyc.open(image)
        self.store = policyc.Store(self.program)
        self.world = World(self.store)
        self.log = policyc.Log(folder / f"{len(self.said)}.jsonl")
        self.reading = self.store.reader(log=self.log)
        self.reader = self.reading.__enter__()
        self.writing = self.store.transaction()
        self.transaction = self.writing.__enter__()
        self.subject, self.lent = self.program.subject(roles=["skipper"]), self.reader.subject(0)
        self.record, self.row = self.program.table("trip").record(unit=0), self.reader.record(self.world.hers)
        self.decision = self.program.decide(self.subject, "read", self.record)

    def __del__(self):
        world = self.world
        for use in (
            lambda: self.program.check(self.subject, "read", self.record),
            lambda: self.program.check_many(self.subject, "read", [self.record]),
            lambda: self.program.table("city"),
            lambda: self.decision.explain(),
            lambda: self.reader.check(world.sam, "read", world.hers),
            lambda: list(self.reader.list(world.sam, "read", "trip")),
            lambda: self.transaction.add_unit(world.root),
            lambda: self.log.decision(self.decision, self.subject, self.record),
            lambda: self.log.counts(),
            lambda: self.reading.__exit__(None, None, None),
            lambda: self.writing.__exit__(None, None, None),
            lambda: self.store.revision,
            lambda: self.store.close(),
        ):
            try:
                use()
                self.said.append("answered")
            except policyc.PolicyError as error:
                self.said.append(type(error).__name__)


def test_what_hangs_together_goes_together(image, tmp_path):
    for _ in range(10):
        Session(image, tmp_path)
        gc.collect()
    assert len(Session.said) == 130


def test_a_transaction_that_was_left(store, world):
    ring = [store.transaction()]
    ring[0].__enter__().add_unit(world.root)
    ring.append(ring)
    del ring
    gc.collect()
    with store.transaction() as t:
        t.add_unit(world.root)
    assert t.revision == world.revision + 1


def in_another_thread(what):
    said = []

    def run():
        try:
            said.append(what())
        except Exception as error:
            said.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return said[0]


def test_another_threads_reader(store, world):
    with store.reader() as reader:
        for what in (
            lambda: reader.check(world.sam, "read", world.hers),
            lambda: reader.refresh(),
            lambda: list(reader.list(0, "read", "trip")),
        ):
            assert isinstance(in_another_thread(what), policyc.WrongThreadError)


def test_a_transaction_goes_from_thread_to_thread(store, world):
    with store.transaction() as t:
        unit = in_another_thread(lambda: t.add_unit(world.root))
        in_another_thread(lambda: t.set_row_owner(world.hers, user(world.sam)))
        assert t.add_unit(unit) == unit + 1
    with store.reader() as reader:
        assert reader.check(world.sam, "write", world.hers)
    with store.transaction() as t:
        t.set_row_owner(world.hers, user(world.ana))
        in_another_thread(t.abandon)
        with pytest.raises(policyc.ClosedError):
            t.add_unit(world.root)
    assert t.revision is None


def test_threads_that_use_a_transaction_at_once_take_turns(store, world):
    with store.transaction() as t:
        made = []
        threads = [
            threading.Thread(target=lambda: made.extend(t.add_row("trip", owner=user(world.sam)) for _ in range(200)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(made)) == 800


def test_a_transaction_that_another_thread_left(store, world):
    left = []

    def begin():
        left.append(store.transaction())
        left[0].__enter__().add_unit(world.root)

    in_another_thread(begin)
    with pytest.raises(policyc.BusyError):
        with store.transaction(wait=0.01):
            pass
    left.clear()
    gc.collect()
    with store.transaction(wait=10) as t:
        t.add_unit(world.root)
    assert t.revision == world.revision + 1


def test_waiting_for_a_transaction(store, world):
    with store.transaction():
        said = in_another_thread(lambda: store.transaction(wait=0.01).__enter__())
        assert isinstance(said, policyc.BusyError) and "under way" in str(said)
    with pytest.raises(ValueError, match="wait: nan is no time"):
        store.transaction(wait=float("nan")).__enter__()
    with pytest.raises(ValueError, match="wait: nan is no time"):
        store.reader(wait=float("nan")).__enter__()
    with store.transaction(wait=0), store.reader(wait=1e30), store.reader(wait=-1):
        pass


def test_values_are_those_of_the_rows_own_table(store, world):
    """Both tables have columns; none is named by the caller, so none can be named wrongly."""
    with store.transaction() as t:
        entry = t.add_row("log_entry", owner=user(world.sam))
        for change in (
            lambda: t.set_row_values(entry, {"seats": 3}),
            lambda: t.set_row_values(entry, columns={"fee": True}),
            lambda: t.set_column_share(entry, "fee", user(world.ana), read=True),
            lambda: t.perform(Operation.update(world.sam, entry, values={"seats": 3})),
            lambda: t.plan(Operation.update(world.sam, entry, columns={"fee": True})),
        ):
            with pytest.raises(policyc.UnknownError, match="log_entry has no"):
                change()
        for change in (
            lambda: t.set_row_values(999, {"seats": 3}),
            lambda: t.set_row_values(999),
            lambda: t.set_column_share(999, "fee", user(world.ana), read=True),
            lambda: t.perform(Operation.update(world.sam, 999, values={"seats": 3})),
        ):
            with pytest.raises(policyc.UnknownError, match="there is no row 999"):
                change()
        assert not t.perform(Operation.read(world.sam, 999))


def test_numbers_of_a_transaction_are_of_its_own_program(store, world, next_club):
    begun, replaced = threading.Event(), []
    with store.transaction() as t:
        thread = threading.Thread(
            target=lambda: (begun.set(), replaced.append(store.replace(next_club, may_lose=True, may_miss=True)))
        )
        thread.start()
        begun.wait()
        assert t.program.tables == ("trip", "log_entry", "city")
        t.add_row("log_entry", owner=user(world.sam))
    thread.join()
    with store.transaction() as t:
        assert replaced and t.program.tables == ("boat", "trip")


def test_errors_name_the_call_and_what_was_asked(store, world):
    with store.transaction() as t:
        for change, said in (
            (lambda: t.add_user(999), r"add_user\(unit=999\): unknown"),
            (
                lambda: t.give_role(user(999), "skipper", world.north),
                r"give_role\(holder=user\(999\), role='skipper', anchor=1\): unknown",
            ),
            (lambda: t.move_unit(world.root, world.north), r"move_unit\(unit=0, parent=1\): refused"),
            (lambda: t.add_unit(), r"add_unit\(\): refused"),
            (lambda: t.set_row_owner(999, user(0)), r"set_row_owner\(row=999, owner=user\(0\)\)"),
            (lambda: t.add_row("trip", owner=user(999)), r"add_row\(table='trip', owner=user\(999\)\)"),
            (
                lambda: t.run_as("audit_trip", "bill", triggering=999, row=0),
                r"run_as\(flow='audit_trip', step='bill', triggering=999, row=0\)",
            ),
        ):
            with pytest.raises(policyc.PolicyError, match=said):
                change()
    with store.reader() as reader:
        with pytest.raises(policyc.UnknownError, match=r"decide\(user=999, right='read', row=0\): unknown"):
            reader.decide(999, "read", 0)
        with pytest.raises(policyc.UnknownError, match=r"list\(user=999, right='read', table='trip'\): unknown"):
            list(reader.list(999, "read", "trip"))
        with pytest.raises(policyc.UnknownError, match=r"columns\(user=999, table='trip'\)"):
            reader.columns(999, "trip")


NO_NUMBERS = {
    -1: ValueError,
    2**32: ValueError,
    2**64: ValueError,
    1.0: TypeError,
    True: TypeError,
    "0": TypeError,
    user(0): TypeError,
}


@pytest.mark.parametrize("wrong", NO_NUMBERS, ids=repr)
def test_what_is_no_number_is_refused(store, world, wrong):
    error = NO_NUMBERS[wrong]
    with store.transaction() as t:
        for name, use in {
            "unit": lambda: t.add_user(wrong),
            "row": lambda: t.remove_row(wrong),
            "user": lambda: t.perform(Operation.delete(wrong, world.hers)),
            "manager": lambda: t.set_user_manager(world.sam, wrong),
            "trip_log": lambda: t.add_row("log_entry", owner=user(world.sam), links={"trip_log": wrong}),
        }.items():
            with pytest.raises(error, match=f"^{name}: "):
                use()
        with pytest.raises(error, match="^row: "):
            t.perform(Operation.delete(world.sam, wrong))
        with pytest.raises(error, match="^row: "):
            t.set_row_values(wrong)
    with store.reader() as reader:
        for use in (
            lambda: reader.check(wrong, "read", world.hers),
            lambda: reader.decide(wrong, "read", world.hers),
            lambda: reader.check_many(wrong, "read", [world.hers]),
            lambda: reader.list(wrong, "read", "trip"),
            lambda: reader.subject(wrong),
            lambda: reader.columns(wrong, "trip"),
        ):
            with pytest.raises(error, match="^user: "):
                use()
        for use in (
            lambda: reader.check(world.sam, "read", wrong),
            lambda: reader.check_many(world.sam, "read", [world.hers, wrong]),
            lambda: reader.who("read", wrong),
            lambda: reader.record(wrong),
            lambda: reader.table(wrong),
        ):
            with pytest.raises(error, match="^row: "):
                use()


def test_none_is_no_number(store, world):
    with store.transaction() as t:
        with pytest.raises(TypeError, match="^unit: a number, not None"):
            t.add_user(None)
        with pytest.raises(TypeError, match="^owner: a principal"):
            t.set_row_owner(world.hers, world.sam)
        with pytest.raises(TypeError, match="^disabled: True or False, not None"):
            t.set_user_disabled(world.sam, None)
        with pytest.raises(TypeError, match="^fee: True or False"):
            t.set_row_values(world.his, columns={"fee": "false"})
        for use in (lambda: t.set_user_manager(world.sam, 2**32 - 1), lambda: t.add_unit(2**32 - 1)):
            with pytest.raises(ValueError, match="is no number of anything"):
                use()
        with pytest.raises(TypeError, match="a create names its table"):
            t.perform(Operation(policyc.OperationKind.CREATE, world.sam))
    with store.reader() as reader:
        with pytest.raises(TypeError, match="^row: a number, not None"):
            reader.check(world.sam, "read", None)
        assert reader.check(numpy.uint32(world.sam), "read", numpy.int64(world.hers))
        with pytest.raises(TypeError, match="masked"):
            reader.check_many(world.sam, "read", numpy.ma.array([0], mask=[True], dtype="uint32"))


def test_a_reader_keeps_nothing_of_what_it_lends(store, world):
    import tracemalloc

    with store.reader() as reader:
        kept = reader.subject(world.sam)

        def lend():
            for _ in range(1000):
                reader.subject(world.sam), reader.record(world.hers)

        lend()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        lend()
        assert tracemalloc.get_traced_memory()[0] - before < 20_000
        tracemalloc.stop()
        assert reader.program.check(kept, "read", reader.record(world.hers))


def test_what_is_lent_is_not_good_while_nothing_is_looked_at(store, world, club):
    with store.reader() as reader:
        sam, hers = reader.subject(world.sam), reader.record(world.hers)
        with pytest.raises(policyc.StaleError):
            reader.refresh(at_least=world.revision + 1)
        with pytest.raises(policyc.ClosedError):
            club.check(sam, "read", hers)
        assert repr(sam) == "<policyc.Subject, closed>"
        assert reader.subject(world.sam) is None


def test_readers_and_writers_at_once(store, world):
    """Both trips change hands together: nobody may ever see one of them alone."""
    wrong, done = [], threading.Event()

    def read():
        while not done.is_set():
            with store.reader() as reader:
                seen = {reader.check(world.sam, "write", row) for row in pair}
                if len(seen) != 1:
                    wrong.append(reader.revision)

    with store.transaction() as t:
        pair = [t.add_row("trip", owner=user(world.sam)) for _ in range(2)]
    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(100):
        with store.transaction() as t:
            for row in pair:
                t.set_row_owner(row, user(world.ana if n % 2 else world.sam))
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_store_without_lists(club):
    with policyc.Store(club, lists=False) as store:
        world = World(store)
        with store.reader() as reader:
            assert reader.check(world.sam, "read", world.hers)
            assert reader.check_many(world.sam, "write", [world.hers, world.his]).tolist() == [False, True]
