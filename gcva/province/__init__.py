"""Invent a believable demo province 演示数据: contract files a month, and the truth behind them."""
