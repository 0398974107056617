"""Every door: pages, command line, scheduler."""
