"""How strongly operators bind, from weak to strong."""

OR = 10
AND = 20
COMPARING = 30
ADDITION = 40
MULTIPLICATION = 50
POWER = 60
NEGATION = 70
TYPING = 80
POSTFIX = 90

COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
