"""How much: intentions become orders in whole lots and ticks."""
