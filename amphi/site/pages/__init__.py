"""The site's pages: server-rendered, one file per subject; the live page is `live.py`."""
