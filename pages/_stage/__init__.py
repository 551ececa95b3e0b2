"""The browser side: components, the modules they load and their style."""
