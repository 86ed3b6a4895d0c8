"""A hundred clients want the same time at the same instant; round after round on the same table."""

import json
from collections import Counter
from dataclasses import dataclass

from tests.load import plan
from tests.load.ours.side import Ours
from tests.load.peer.side import Peer
from tests.load.report import Row
from tests.load.stage import Stage
from tests.load.timing import Timing, at_once
from tests.load.wire import Answer, Wire

CLIENTS, ROUNDS, PEER_ROUNDS = 100, 20, 3
MOST_SECONDS = 2
ALTERNATIVES = 3
INDEX = 4


@dataclass(frozen=True)
class Round:
    """What one rush brought."""

    seconds: float
    winners: list[str]
    outcomes: Counter[str]

    @property
    def clean(self) -> bool:
        """One winner; everybody else was told so with three other times."""
        return self.outcomes == Counter({"won": 1, "refused with alternatives": CLIENTS - 1})


def measure(stage: Stage) -> list[Row]:
    """PostgreSQL against the clock, SQLite without."""
    filling = plan.Filling("spread", 1, 0)
    with stage.ours(filling) as ours, stage.peer(filling) as peer:
        rows = [_postgresql(stage, ours, peer)]
    with stage.ours_on_sqlite() as ours:
        return [*rows, _sqlite(stage, ours)]


def _postgresql(stage: Stage, ours: Ours | None, peer: Peer | None) -> Row:
    rounds = _rounds(stage, ours)
    slowest = max((found.seconds for found in rounds), default=0)
    figures = {"ours": _timing(rounds), "peer": _peer_rounds(stage, peer)}
    reached = all(found.clean for found in rounds) and slowest < MOST_SECONDS if rounds else None
    notes = [*_unclean(rounds), *_of_peer(peer)]
    target = f"1 winner, {CLIENTS - 1} × 409, < {MOST_SECONDS} s"
    return Row(
        f"{CLIENTS} clients at once on one time, a round", figures, target, reached=reached, notes=notes
    )


def _sqlite(stage: Stage, ours: Ours | None) -> Row:
    rounds = _rounds(stage, ours)
    reached = all(found.clean for found in rounds) if rounds else None
    target = f"1 winner, {CLIENTS - 1} × 409"
    return Row(
        "the same on SQLite", {"ours": _timing(rounds)}, target, reached=reached, notes=_unclean(rounds)
    )


def _timing(rounds: list[Round]) -> Timing | None:
    return Timing.of([found.seconds for found in rounds]) if rounds else None


def _rounds(stage: Stage, ours: Ours | None) -> list[Round]:
    if not ours:
        return []
    wires = ours.server.wires(CLIENTS)
    return [_round(stage, ours, wires, number) for number in range(ROUNDS)]


def _round(stage: Stage, ours: Ours, wires: list[Wire], number: int) -> Round:
    wanted = stage.frame.day, INDEX
    jobs = [
        lambda wire=wire, client=client: ours.book(wire, 0, wanted, f"round{number}-{client}")
        for client, wire in enumerate(wires)
    ]
    seconds, answers = at_once(jobs)
    won = [json.loads(answer.body)["uid"] for answer in answers if _outcome(answer) == "won"]
    outcomes = Counter(_outcome(answer) for answer in answers)
    for uid in won:
        outcomes.update([] if ours.cancel(wires[0], uid).status == 200 else ["not cancelled"])
    return Round(seconds, won, outcomes)


def _outcome(answer: Answer | Exception) -> str:
    if isinstance(answer, Exception):
        return f"{type(answer).__name__}"
    if answer.status == 201:
        return "won"
    told = json.loads(answer.body) if answer.status == 409 else {}
    refused = told.get("code") == "slot_taken" and len(told.get("alternatives", [])) == ALTERNATIVES
    return "refused with alternatives" if refused else f"status {answer.status} {told.get('code', '')}"


def _unclean(rounds: list[Round]) -> list[str]:
    return [
        f"round {number}: {dict(found.outcomes)}" for number, found in enumerate(rounds, 1) if not found.clean
    ]


def _peer_rounds(stage: Stage, peer: Peer | None) -> Timing | None:
    """Other times each round, since nothing else makes its time free again without its staff's pages."""
    if not peer:
        return None
    wires = peer.server.wires(CLIENTS)
    return Timing.of([_peer_round(peer, wires, (stage.frame.day, INDEX + n)) for n in range(PEER_ROUNDS)])


def _peer_round(peer: Peer, wires: list[Wire], wanted: plan.Time) -> float:
    jobs = [
        lambda wire=wire, client=client: peer.book(wire, 0, wanted, client)
        for client, wire in enumerate(wires)
    ]
    return at_once(jobs)[0]


def _of_peer(peer: Peer | None) -> list[str]:
    if not peer:
        return []
    return [f"django-appointment stored {peer.stored()} appointments on {PEER_ROUNDS} times"]
