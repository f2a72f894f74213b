"""Numbers, money, rates, periods and dates, in digits and in words."""
