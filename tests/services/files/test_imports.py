"""What serves requests does not load what looks at files."""

import subprocess
import sys


def test_serving_and_working_load_neither_decoders_nor_parsers_of_files() -> None:
    source = (
        "import sys, services.files.__main__, services.files.adapters.inspection, services.files.adapters.previews\n"
        "import services.files.adapters.clamav\n"
        "found = {'PIL', 'olefile', 'puremagic', 'services.files.domain.content.inspecting'} & set(sys.modules)\n"
        "sys.exit(str(found) if found else 0)"
    )

    ended = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (0, "")
