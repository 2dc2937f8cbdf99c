from courier.parcel import Parcel


def test_a_line_is_a_parcel() -> None:
    parcel = Parcel.parse(b'{"id": "p1", "to": "Ada", "payload": "x"}')
    assert parcel == Parcel("p1", "Ada", b"x")
