"""Steering: what an order, a wish or an opening asks the product to do, and for which tool or record."""
