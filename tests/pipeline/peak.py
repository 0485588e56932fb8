#!/usr/bin/env python3
"""
Runs a command as it is and writes the most memory it held to a file, in kilobytes.

    peak.py FILE COMMAND [ARGUMENT...]
"""
import resource
import subprocess
import sys

status = subprocess.call(sys.argv[2:])
with open(sys.argv[1], "w") as f:
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=f)
sys.exit(status)
