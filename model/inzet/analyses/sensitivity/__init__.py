"""How the best plan moves with one number: units, money, a weight, a commitment; and what each loss would cost."""
