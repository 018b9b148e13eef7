"""What a person sees while it works."""

import io

from rich.console import Console

from client.importing.progress import Bar, Lines, progress_on


def test_a_terminal_gets_a_bar_and_a_pipe_gets_lines() -> None:
    assert isinstance(progress_on(Console(file=io.StringIO(), force_terminal=True)), Bar)
    assert isinstance(progress_on(Console(file=io.StringIO(), force_terminal=False)), Lines)


def test_the_bar_shows_how_much_is_done_and_what_is_said() -> None:
    screen = io.StringIO()

    with Bar(Console(file=screen, force_terminal=True, width=100)) as bar:
        bar.stage("Checking rows", None)
        bar.advance(7)
        bar.stage("Registering", 844)
        bar.advance(844)
        bar.say("The server [answers] again.")

    assert "844/844" in screen.getvalue()
    assert "The server [answers] again." in screen.getvalue()
