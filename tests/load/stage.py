"""What all rows share: one PostgreSQL server, one window of dates, the sides that take part."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from tests.load import floors, plan
from tests.load.floors import Floor
from tests.load.ours import side as our_side
from tests.load.ours.side import Ours
from tests.load.peer import side as peer_side
from tests.load.peer.side import Peer
from tools.postgres import Cluster

SIDES = ("ours", "peer", "floor")


@dataclass(frozen=True)
class Stage:
    """A side that does not take part is None in the rows."""

    cluster: Cluster
    frame: plan.Frame
    data: Path
    sides: frozenset[str]

    def prepare(self) -> None:
        """Install and migrate."""
        if "ours" in self.sides:
            our_side.prepare(self.cluster, self.data)
        if "peer" in self.sides:
            peer_side.prepare(self.cluster)

    def ours(self, filling: plan.Filling) -> AbstractContextManager[Ours | None]:
        """This product with this data."""
        if "ours" not in self.sides:
            return nullcontext()
        return our_side.ours(self.cluster, self.frame, self.data, filling)

    def ours_on_sqlite(self) -> AbstractContextManager[Ours | None]:
        """This product on SQLite, one caseworker without appointments."""
        return our_side.ours_on_sqlite(self.frame, self.data) if "ours" in self.sides else nullcontext()

    def peer(self, filling: plan.Filling) -> AbstractContextManager[Peer | None]:
        """The peer with the same data."""
        if "peer" not in self.sides:
            return nullcontext()
        return peer_side.peer(self.cluster, self.frame, filling)

    def floor(self, filling: plan.Filling) -> AbstractContextManager[Floor | None]:
        """The raw rows of the same data."""
        if "floor" not in self.sides:
            return nullcontext()
        return floors.floor(self.cluster, self.frame, filling)
