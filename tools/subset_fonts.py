"""Make the fonts in planner/data/fonts from the full static TrueType files of Noto Sans SC.

python tools/subset_fonts.py SRC_DIR OUT_DIR

SRC_DIR (searched with its subfolders) holds the Regular and the Bold of Noto Sans SC, recognised
by what the files say of themselves. The same sources and the same fontTools give the same bytes.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FAMILY = "Noto Sans SC"
STYLES = {"Regular": 400, "Bold": 700}

# What is taken where the font has it, besides the Chinese characters (first and last code point)
RANGES = [
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x00FF),  # Latin-1
    (0x0370, 0x03FF),  # Greek
    (0x2000, 0x206F),  # punctuation
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20A0, 0x20CF),  # currency
    (0x2100, 0x214F),  # letter-like signs
    (0x2150, 0x218F),  # number forms
    (0x2190, 0x21FF),  # arrows
    (0x2200, 0x22FF),  # mathematical operators
    (0x2460, 0x24FF),  # circled digits and letters
    (0x2500, 0x25FF),  # lines, blocks and geometric shapes
    (0x2605, 0x2606),  # stars
    (0x2713, 0x2714),  # check marks
    (0x2776, 0x2793),  # circled digits, filled
    (0x3000, 0x303F),  # CJK punctuation
    (0x3220, 0x3243),  # CJK in brackets
    (0x3380, 0x33DF),  # square units
    (0xFF01, 0xFF5E),  # full-width forms
    (0xFFE0, 0xFFE6),  # full-width currency
]

# The source has ¹ ² ³ ⁴ and neither the other superscripts nor any subscript (CO₂, v₂₀₂₈).
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"

FEATURES = ["ccmp", "halt", "kern", "liga", "locl", "mark", "palt"]
DROPPED_TABLES = ["DSIG", "STAT", "vhea", "vmtx"]


def gb2312() -> Iterator[str]:
    """Yield every character of GB2312."""
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield bytes([row, cell]).decode("gb2312")
            except UnicodeDecodeError:
                continue


def standard() -> Iterator[str]:
    """Yield the characters of the national standard list that GB2312 lacks: names of places."""
    text = (Path(__file__).parent / "standard_characters.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            yield from line


def wanted() -> set[int]:
    """Return the code points to keep."""
    points = {ord(character) for character in (*gb2312(), *standard())}
    for first, last in RANGES:
        points.update(range(first, last + 1))
    return points


def find(folder: Path, weight: int) -> Path:
    """Find the font file of this weight."""
    for path in sorted(folder.rglob("*.ttf")):
        font = TTFont(path, lazy=True)
        names = {font["name"].getDebugName(number) for number in (1, 16)}
        if FAMILY in names and font["OS/2"].usWeightClass == weight and "fvar" not in font:
            return path
    message = f"no static {FAMILY} of weight {weight} in {folder}"
    raise FileNotFoundError(message)


def add_raised_and_lowered(font: TTFont) -> None:
    """Add the missing superscripts as small digits, and the subscripts as lowered superscripts.

    The font's own ¹ gives size and position, so that drawn and derived digits look alike.
    """
    characters = font.getBestCmap()
    glyphs, widths = font["glyf"], font["hmtx"]
    one, raised_one = characters[ord("1")], characters[ord("¹")]
    small = (
        widths[raised_one][0] / widths[one][0],
        (glyphs[raised_one].yMax - glyphs[raised_one].yMin) / (glyphs[one].yMax - glyphs[one].yMin),
    )
    raised = glyphs[raised_one].yMin
    lowered = -font["OS/2"].ySubscriptYOffset - raised
    for digit, superscript in enumerate(SUPERSCRIPTS):
        if ord(superscript) not in characters:
            add_glyph(font, superscript, str(digit), (small[0], 0, 0, small[1], 0, raised))
    for superscript, subscript in zip(SUPERSCRIPTS, SUBSCRIPTS, strict=True):
        if ord(subscript) not in characters:
            add_glyph(font, subscript, superscript, (1, 0, 0, 1, 0, lowered))


def add_glyph(
    font: TTFont, character: str, source: str, matrix: tuple[float, float, float, float, int, int]
) -> None:
    """Add a character which looks like another one, transformed."""
    origin = font.getBestCmap()[ord(source)]
    name = f"uni{ord(character):04X}"
    pen = TTGlyphPen(None)
    font.getGlyphSet()[origin].draw(TransformPen(pen, matrix))
    glyph = pen.glyph()
    font["glyf"][name] = glyph
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (round(font["hmtx"][origin][0] * matrix[0]), glyph.xMin)
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap[ord(character)] = name


def subset(source: Path, target: Path) -> int:
    """Write the subset of one font and return how many characters it has."""
    # The time stamps of the source are kept, so the result does not depend on the clock.
    font = TTFont(source, recalcTimestamp=False)
    options = Options()
    options.layout_features = FEATURES
    options.drop_tables += DROPPED_TABLES
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14]
    options.notdef_outline = True
    options.hinting = False
    options.legacy_kern = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted())
    subsetter.subset(font)
    add_raised_and_lowered(font)
    font.save(target)
    return len(TTFont(target).getBestCmap())


def main() -> int:
    """Read the command line and write the fonts."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", type=Path, metavar="SRC_DIR")
    parser.add_argument("target", type=Path, metavar="OUT_DIR")
    arguments = parser.parse_args()
    arguments.target.mkdir(parents=True, exist_ok=True)
    for style, weight in STYLES.items():
        target = arguments.target / f"NotoSansSC-{style}.ttf"
        count = subset(find(arguments.source, weight), target)
        print(f"{target.name}: {count} characters, {target.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
