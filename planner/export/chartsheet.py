"""The sheet of charts: pictures of the trajectories, one on a page."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

SCALE, ROW, SCREEN, DRAWN = 0.72, 20, 96, 130  # pixels of a row; dots an inch, shown and drawn


def write_charts(sheet: Any, charts: Mapping[str, bytes]) -> None:
    """Put PNG pictures below each other, with a page break after each."""
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    line, breaks = 0, []
    for name, data in charts.items():
        look = {"image_data": io.BytesIO(data), "x_scale": SCALE, "y_scale": SCALE}
        sheet.insert_image(line, 0, f"{name}.png", look)
        height = int.from_bytes(data[20:24], "big")  # of a PNG, in pixels
        line += int(height * SCALE * SCREEN / DRAWN / ROW) + 3
        breaks.append(line)
    sheet.set_h_pagebreaks(breaks[:-1])
