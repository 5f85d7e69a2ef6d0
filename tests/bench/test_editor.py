"""What the editor's bench makes of what the browser told it."""

from bench.editor import QUIET, Row, quiet_from


def test_page_is_quiet_after_the_last_long_task_that_others_follow_on() -> None:
    tasks = [[100, 300], [900, 1_000], [1_000 + QUIET + 1, 9_000]]
    assert quiet_from({"ready": 700, "tasks": tasks}) == 1_000
    assert quiet_from({"ready": 1_500, "tasks": tasks}) == 9_000
    assert quiet_from({"ready": 700, "tasks": []}) == 0


def test_row_tells_whether_its_budget_is_kept() -> None:
    assert str(Row("pasting", 999.4, "ms", 1_000)) == "| pasting | 999 ms | ≤ 1000 ms | yes |\n"
    assert str(Row("pasting", 1_000.6, "ms", 1_000)) == "| pasting | 1001 ms | ≤ 1000 ms | **no** |\n"
    assert str(Row("shift", 0.004, "", 0.05)) == "| shift | 0.004  | ≤ 0.05 | yes |\n"
    assert str(Row("median", 80, "ms")) == "| median | 80 ms |  |  |\n"
