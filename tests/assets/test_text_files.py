"""Files in other encodings are named with a command that converts them, and the command works."""

import subprocess
from pathlib import Path

import pytest

from threadcast.assets.loading.text_files import read_text
from threadcast.errors import DefinitionFault

TEXT = "city,note\nZürich,très\n"


def fault_of(path: Path, content: bytes) -> DefinitionFault:
    path.write_bytes(content)
    with pytest.raises(DefinitionFault) as raised:
        read_text(path, 1_000)
    return raised.value


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16LE"),
        ("utf-16-be", "UTF-16BE"),
        ("utf-32", "UTF-32"),
        ("cp1252", "WINDOWS-1252"),
    ],
)
def test_the_command_of_a_fault_converts_the_file(tmp_path: Path, encoding: str, name: str) -> None:
    path = tmp_path / "it's rows.csv"
    fault = fault_of(path, TEXT.encode(encoding))
    command = fault.reason.partition("Convert it: ")[2].removesuffix(". Otherwise see docs/assets.md")

    subprocess.run(["/bin/sh", "-c", command], check=True)

    assert command.startswith(f"iconv -f {name} -t UTF-8 ")
    assert read_text(path, 1_000) == TEXT


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        (TEXT.encode("cp1252"), 2, "Zürich"),
        ("x\n5\n10 €\n".encode("cp1252"), 3, "€"),
        ("é,1\n".encode("cp1252"), 1, "é"),
    ],
)
def test_the_first_word_that_is_not_utf8_is_shown_as_the_usual_encoding_reads_it(
    tmp_path: Path, content: bytes, line: int, word: str
) -> None:
    fault = fault_of(tmp_path / "rows.csv", content)

    assert fault.line == line
    assert fault.reason.startswith(f"it is not UTF-8. If '{word}' is right here, it is WINDOWS-1252. ")
