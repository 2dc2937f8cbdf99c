import os


class Store:
    def __init__(self, path):
        self.path = path

    async def remove(self):
        os.remove(self.path)
