"""How much one look may cost, in bytes and pieces. The process that looks has limits of its own above these."""

from typing import Final

MIB: Final = 2**20
CHUNK: Final = 2**16

# Archives: see docs/adr for why these.
LARGEST_RATIO: Final = 100
RATIO_COUNTS_FROM: Final = MIB  # a small text of one repeated line is no bomb
MOST_ENTRIES: Final = 500
LARGEST_EXPANDED: Final = 200 * MIB
DEEPEST_ARCHIVE: Final = 2
DEEPEST: Final = 5  # of everything that holds other files, mails and documents too
LARGEST_DIRECTORY: Final = MIB
LARGEST_IN_MEMORY: Final = 32 * MIB  # a file in an archive whose look needs it as a whole
LARGEST_HEADER: Final = 2**16
XZ_MEMORY: Final = 64 * MIB

# Documents.
LARGEST_XML: Final = 64 * MIB
LARGEST_MAIL: Final = 25 * MIB
LARGEST_OUTLOOK: Final = 64 * MIB
MOST_PARTS: Final = 500  # of a mail
MOST_OFFICE_PARTS: Final = 5_000
LARGEST_OBJECT_STREAM: Final = 8 * MIB
MOST_OBJECT_STREAM_BYTES: Final = 64 * MIB

# Images.
MOST_PIXELS: Final = 50_000_000
LONGEST_SIDE: Final = 16_384
MOST_FRAMES: Final = 1_000
MOST_FRAME_PIXELS: Final = 500_000_000
MOST_PIECES: Final = 200_000  # chunks, segments, blocks and boxes
LARGEST_TEXT_CHUNK: Final = MIB
LARGEST_TRAILER: Final = 64 * MIB

# Captures.
MOST_RECORDS: Final = 1_000
