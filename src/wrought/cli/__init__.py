"""The `wrought` command [p]: one file per subcommand, imported only when it is run."""
