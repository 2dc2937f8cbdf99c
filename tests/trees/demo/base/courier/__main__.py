"""`python -m courier CONFIG`."""

import asyncio
import sys
from pathlib import Path

from courier.app import main

asyncio.run(main(Path(sys.argv[1])))
