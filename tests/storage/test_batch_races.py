"""Workers that reach for the same items of an operation at the same moment, on both databases."""

from sqlalchemy import func, select

from engine import batches
from engine.batches import Order
from engine.model.account import Account
from engine.model.batch import BatchItem
from engine.model.instance import Instance
from engine.organisation import accounts
from tests.storage.test_job_races import NOW, begin
from web.database import db, write

HOW_MANY = 4


def test_every_item_is_ended_by_one_worker_and_the_last_ends_the_operation(app, at_once):
    begin(HOW_MANY)
    chosen = select(Instance.id, Instance.id.label("of"))

    def create(session):
        account = accounts.create(session, name="x", display_name="X", mandant_id="goe", now=NOW)
        assert session.get(Account, account) is not None
        order = Order(kind=batches.CANCEL, chosen=chosen, account_id=account)
        return batches.create(session, order, now=NOW)

    key = write(create)

    def work(_rival):
        due = batches.due(db.session(), limit=100)
        return [write(lambda s, item=item: batches.settle(s, item, None, now=NOW)) for item in due]

    ended = [each for got in at_once(work, range(4)) for each in got]
    assert sum(ended) == HOW_MANY
    done = select(func.count()).where(BatchItem.state == batches.COMPLETED)
    assert db.session.scalar(done) == HOW_MANY
    assert batches.due(db.session(), limit=100) == []
    assert db.session.get(batches.BatchOperation, key).state == "COMPLETED"
