"""A notebook about a policy, cell by cell (`# %%` in editors that know cells): who sees how much of the pipeline, and
what a change of the policy would do to that.

    CRM_POLICY=crm.policy CRM_IMAGE=crm.policy.so python notebook.py
"""

# %% An image, and who asks
import os
from pathlib import Path

import numpy
import policyc
import policyc.columns
from policyc import Columns, Unit

crm = policyc.open(os.environ["CRM_IMAGE"])
print(crm.info.policy_name, "has the roles", ", ".join(crm.roles))

company, north, south = Unit(0, last=2), Unit(1), Unit(2)
people = {
    "ana, a rep in the north": crm.subject(user=1, unit=north, roles=["rep"]),
    "bo, who manages the north": crm.subject(user=2, unit=north, roles=["manager"]),
    "dee, who manages all": crm.subject(user=4, unit=company, roles=["manager"]),
}

# %% One deal, and why
deal = crm.table("opportunity").record(owner=policyc.user(1), unit=1, stage="won", value=50_000)
print(crm.decide(people["bo, who manages the north"], "write", deal).explain())

# %% A million deals, as columns
random = numpy.random.default_rng(7)
count = 1_000_000
owners = numpy.array([int(policyc.user(n)) for n in range(100)], dtype=numpy.uint32)[random.integers(0, 100, count)]
units = random.integers(1, 3, count).astype(numpy.uint32)
values = random.integers(0, 100_000, count)
stages = policyc.columns.choice_numbers(crm, random.choice(["open", "won", "lost"], count))
deals = Columns(owner=owners, owning_unit=units, attributes={"stage": stages, "value": values * 10_000})


def pipeline(program: policyc.Program, who: policyc.Subject, right: str) -> str:
    allowed = program.filter(who, right, "opportunity", deals)
    return f"{allowed.mean():.1%} of the deals, {values[allowed].sum() / values.sum():.1%} of their value"


for name, subject in people.items():
    print(f"{name}: reads {pipeline(crm, subject, 'read')}; writes {pipeline(crm, subject, 'write')}")

# %% And if managers could write larger deals that are closed?
if policyc.can_compile():
    text = Path(os.environ["CRM_POLICY"]).read_text()
    wider = policyc.compile(text.replace("record.value < 10000", "record.value < 75000"))
    bo = wider.subject(user=2, unit=north, roles=["manager"])
    print(f"bo would write {pipeline(wider, bo, 'write')}")

# %% What does not compile is told with its place
if policyc.can_compile():
    try:
        policyc.compile("policy crm follows guide\nrole rep { acount: read at user }\n")
    except policyc.NotCompiledError as mistake:
        print(*(told.rendered for told in mistake.diagnostics))
