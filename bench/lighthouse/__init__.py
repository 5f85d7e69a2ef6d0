"""What Lighthouse says of our pages on a phone: speed as it simulates it, accessibility, good practice.

    make bench BENCH=lighthouse

The demo is served as anybody would serve it; Astrid is signed in where a page asks for it. Lighthouse and all that it
needs are those of package-lock.json.
"""

import json
import os
import statistics
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.editor import Demo, Load
from bench.live.servers import NODE, fetch_packages
from tests.browser import FLAGS
from tests.servers import find_program

HERE = Path(__file__).parent
RUNS = 5
#: On a busy machine the browser's trace of a page now and then lacks its beginning; Lighthouse then says to try again.
ATTEMPTS = 3
#: Of a hundred, in this order.
BUDGETS = {"performance": 90, "accessibility": 100, "best-practices": 100}
#: Audits that say nothing of the pages: the demo is served without TLS.
LEFT_OUT = ("is-on-https", "redirects-http")


def measure(quick: bool = False) -> str:
    """A table of the scores beside their budgets, and what cost points."""
    fetch_packages(HERE, "Lighthouse")
    times = 1 if quick else RUNS
    with tempfile.TemporaryDirectory(prefix="verkstad-bench-") as folder:
        demo = Demo(Path(folder))
        demo.start()
        try:
            motion, _ = demo.motion(Load(characters=3_000, demands=3, comments=0, proposals=0))
            pages = {
                "signing in": ("/sign-in", False),
                "all motions": ("/motions", True),
                "what waits": ("/home", True),
                "reading": (f"{motion}/text", True),
                "writing together": (motion, True),
            }
            rows, complaints, version = list[str](), list[str](), ""
            for name, (path, is_signed_in) in pages.items():
                reports = [
                    _audit(demo, Path(folder), path, is_signed_in=is_signed_in) for _ in range(1 if quick else RUNS)
                ]
                scores = [statistics.median(scores_of(report)[category] for report in reports) for category in BUDGETS]
                kept = all(score >= budget for score, budget in zip(scores, BUDGETS.values(), strict=True))
                figures = " | ".join(f"{score:.0f}" for score in scores)
                rows.append(f"| {name} | {figures} | {'yes' if kept else '**no**'} |\n")
                complaints += [f"- {name}: {each}\n" for each in complaints_of(reports[-1])]
                version = str(reports[-1]["lighthouseVersion"])
        finally:
            demo.kill()
    budgets = "/".join(map(str, BUDGETS.values()))
    head = (
        f"Lighthouse {version}, a phone as it is simulated there (slow 4G, a processor slowed down 4 times), the demo "
        f"without TLS or proxy; the median of {times}. Budget: {budgets}."
    )
    table = "| page | performance | accessibility | good practice | kept |\n|---|---|---|---|---|\n" + "".join(rows)
    lost = "".join(complaints) or "Nothing.\n"
    return f"# What Lighthouse says\n\n{head}\n\n{table}\nWhat cost points beside speed, in the last run:\n\n{lost}"


def _audit(
    demo: Demo, folder: Path, path: str, *, is_signed_in: bool, attempts: int = ATTEMPTS
) -> Mapping[str, object]:
    """Lighthouse's report on a page, by a browser that has never seen it."""
    cookies = "; ".join(f"{each['name']}={each['value']}" for each in demo.cookies()) if is_signed_in else ""
    headers = folder / "headers.json"
    headers.write_text(json.dumps({"Cookie": cookies} if cookies else {}))
    command: Sequence[str | Path] = [
        NODE,
        HERE / "node_modules" / "lighthouse" / "cli" / "index.js",
        demo.url + path,
        "--quiet",
        "--output=json",
        f"--only-categories={','.join(BUDGETS)}",
        f"--skip-audits={','.join(LEFT_OUT)}",
        f"--extra-headers={headers}",
        f"--chrome-flags={' '.join(['--headless=new', *FLAGS])}",
    ]
    chromium = find_program(["chromium"], "chromium")
    environment = os.environ | {"CHROME_PATH": str(chromium)}
    run = subprocess.run(command, env=environment, capture_output=True, check=False)
    if run.returncode and attempts > 1:
        return _audit(demo, folder, path, is_signed_in=is_signed_in, attempts=attempts - 1)
    if run.returncode:
        raise RuntimeError(f"Lighthouse ended with {run.returncode}:\n{run.stderr.decode()[-2000:]}")
    report: Mapping[str, object] = json.loads(run.stdout)
    return report


def scores_of(report: Mapping[str, object]) -> dict[str, float]:
    categories = report["categories"]
    assert isinstance(categories, dict)
    return {name: 100 * float(categories[name]["score"] or 0) for name in BUDGETS}


def complaints_of(report: Mapping[str, object]) -> list[str]:
    """What the audits of everything but speed found fault with."""
    categories, audits = report["categories"], report["audits"]
    assert isinstance(categories, dict)
    assert isinstance(audits, dict)
    return [
        f"{audits[each['id']]['title']}"
        for name in BUDGETS
        if name != "performance"
        for each in categories[name]["auditRefs"]
        if each["weight"] and (score := audits[each["id"]]["score"]) is not None and score < 1
    ]
