"""Takes parcels in at a desk, spools them, delivers them."""
