import pytest

from shop.store import Store


@pytest.mark.asyncio
async def test_remove(tmp_path):
    path = tmp_path / "a"
    path.write_text("a")
    await Store(path).remove()
    assert not path.exists()
