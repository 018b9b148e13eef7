"""The one-command system: real servers as child processes, nothing to install beforehand."""
