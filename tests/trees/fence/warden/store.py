import time


class Store:
    def __init__(self, path):
        self.path = path
        self.rows = []
        self.is_open = True


def compact(store):
    if store.rows:
        time.sleep(33)
