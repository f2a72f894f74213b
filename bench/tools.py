"""How long the tools take beside the same sums written plainly in numpy and pandas: `python -m bench.tools`.

Each pair runs in one process, several times, and the median is printed, so the ratios can be compared between
machines. The plain sums give one float figure; the tools give exact figures, trace, warnings and both languages.
"""

from __future__ import annotations

import datetime as dt
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from tools.costing import Activity, Costing
from tools.customer_profitability import profit_of_rows
from tools.registry import TOOLS, run

TODAY = dt.date(2026, 1, 31)
CUSTOMERS = 100_000
CHANNELS = 50


def median_ms(work: Callable[[], Any], repeats: int) -> float:
    """The median time of one run, in milliseconds, after one run to warm up."""
    work()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def partner() -> dict[str, Any]:
    """A partner with some answers of each kind, so that flips are searched."""
    form = next(tool.form for tool in TOOLS if tool.name == "partner_fit")
    levels = [field.id for field in form.fields if field.kind == "level"]
    return {name: ("yes", "partly", "no", "unknown")[place % 4] for place, name in enumerate(levels)}


def channels() -> list[dict[str, Any]]:
    """Fifty channels, a fifth of them with a range."""
    return [
        {
            "subject": f"channel {i}",
            "period": "month",
            "running_cost": f"{1000 + 37 * i} USD per month",
            "raw_leads": 100 + i,
            "deals": f"{1 + i % 4}-{3 + i % 4}" if i % 5 == 0 else 1 + i % 4,
            "average_deal": f"{20_000 + 500 * i} USD",
            "gross_margin": "45%",
        }
        for i in range(CHANNELS)
    ]


def plain_portfolio(rows: list[dict[str, Any]]) -> float:
    """The portfolio's ROMI as one would write it in pandas, with the low end of each range."""
    import pandas as pd

    table = pd.DataFrame(rows)
    cost = table["running_cost"].str.split().str[0].astype(float)
    deal = table["average_deal"].str.replace(",", "").str.split().str[0].astype(float)
    deals = table["deals"].astype(str).str.split("-").str[0].astype(float)
    revenue = deals * deal
    return float((revenue.sum() * 0.45 - cost.sum()) / cost.sum())


def customers() -> Iterator[dict[str, str]]:
    """A hundred thousand customers as a CSV reader gives them."""
    for i in range(CUSTOMERS):
        yield {
            "name": f"customer {i}",
            "revenue": f"{1000 + i % 9973}.50",
            "gross_margin": "0.31",
            "orders": str(i % 29),
            "visits": str(i % 5),
            "credit_days": str(30 + i % 90),
        }


COSTING = Costing(
    (Activity("orders", "orders", pool=Fraction(7_000_000)), Activity("visits", "visits", rate=Fraction(180))),
    capital_rate=Fraction(8, 100),
)


def plain_costing() -> float:
    """The peak of the whale curve as one would write it in pandas and numpy."""
    import numpy as np
    import pandas as pd

    table = pd.DataFrame(list(customers())).drop(columns="name").astype(float)
    rate = 7_000_000 / table["orders"].sum()
    profit = (
        table["revenue"] * table["gross_margin"]
        - table["orders"] * rate
        - table["visits"] * 180
        - table["revenue"] * table["credit_days"] * 0.08 / 365
    )
    curve = np.cumsum(np.sort(profit.to_numpy())[::-1])
    return float(curve.max() / curve[-1])


def main() -> None:
    """Print the table of times, ratios and agreement."""
    answers, rows = partner(), channels()
    portfolio = run("leadgen_roi", {"channels": rows}, TODAY)
    whale = profit_of_rows(customers, COSTING, "USD")
    low = portfolio.figure("romi").value
    peak = whale.figure("peak_share").value
    assert low is not None
    assert peak is not None
    fit = median_ms(lambda: run("partner_fit", answers, TODAY), 15)
    roi = median_ms(lambda: run("leadgen_roi", {"channels": rows}, TODAY), 5)
    roi_plain = median_ms(lambda: plain_portfolio(rows), 15)
    abc = median_ms(lambda: profit_of_rows(customers, COSTING, "USD"), 3)
    abc_plain = median_ms(plain_costing, 3)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("| work | tool, ms | plain, ms | tool / plain | agree |")
    print("|---|---|---|---|---|")
    print(f"| one partner fit with flips | {fit:.1f} | – | – | – |")
    close = abs(float(low.low) - plain_portfolio(rows)) < 0.5
    print(f"| return of {CHANNELS} channels | {roi:.0f} | {roi_plain:.1f} | {roi / roi_plain:.0f} | {close} |")
    same = abs(float(peak.low) - plain_costing()) < 1e-9
    print(f"| profit of {CUSTOMERS:,} customers | {abc:.0f} | {abc_plain:.0f} | {abc / abc_plain:.1f} | {same} |")
    print(f"\nLargest memory of the process, the plain sums included: {memory:.0f} MB.")


if __name__ == "__main__":
    main()
