"""Set-up, demo and test tools. Standard library only: they run before anything is installed."""
