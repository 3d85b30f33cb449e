"""Each published image has a program of this name: here the image says which it is."""

import importlib
import os

app = getattr(importlib.import_module(os.environ["PROGRAM"]), "app", None)
