"""`make sabotage`: the product is broken on purpose, one way at a time, and what watches over it must notice each.

A check that stays green while the product is broken proves nothing. A break counts as noticed only if the check ran to its
end and judged: exit 1, its figures on the last line, and a sentence that says what is wrong. A crash is no judgement.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

CHECK = (sys.executable, "-m", "bot", "demo", "--check")
DRILL = (sys.executable, "-m", "tests.drills", "--database", "sqlite", "--runs", "1")
BREAKS = ("lose", "double", "misaddress", "leak")
LONGEST = 120.0


@dataclass(frozen=True, slots=True)
class Judgement:
    exit_status: int
    figures: dict[str, object]
    problems: list[str]

    @property
    def all_is_right(self) -> bool:
        return self.exit_status == 0 and bool(self.figures) and not self.problems

    @property
    def something_is_wrong(self) -> bool:
        return self.exit_status == 1 and bool(self.figures) and bool(self.problems)


def judgement(*arguments: str, check: Sequence[str] = CHECK) -> Judgement:
    ran = subprocess.run(
        [*check, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LONGEST, check=False
    )
    lines = ran.stdout.splitlines()
    try:
        figures = json.loads(lines[-1]) if lines else {}
    except ValueError:
        figures = {}
    return Judgement(ran.returncode, figures, ran.stderr.splitlines())


def main() -> int:
    untouched = judgement()
    if not untouched.all_is_right:
        print(f"The untouched product does not pass its check, so a break would show nothing: {untouched}")
        return 1
    missed = []
    for kind in BREAKS:
        for name, check in (("the check", CHECK), ("a drill", DRILL)):
            judged = judgement("--sabotage", kind, check=check)
            if judged.something_is_wrong:
                print(f"{kind}: {name} noticed. {judged.problems[0].strip()}")
            else:
                print(f"{kind}: {name} did NOT notice. {judged}")
                missed.append(kind)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
