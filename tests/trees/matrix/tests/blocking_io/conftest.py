import pytest
from blockbuster import BlockBuster

import pantry


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item, nextitem):
    if item.get_closest_marker("allow_blocking_io"):
        yield
        return
    gate = BlockBuster(scanned_modules=[pantry])
    gate.activate()
    try:
        yield
    finally:
        gate.deactivate()


def pytest_configure(config):
    config.addinivalue_line("markers", "allow_blocking_io: the gate is off")
