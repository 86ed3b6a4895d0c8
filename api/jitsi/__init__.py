"""What the room server asks of us: may this room open, who came and went, which key signs."""
