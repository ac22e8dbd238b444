"""What a fill, a payment or a closed bar does to the money and the positions of one Strategy."""
