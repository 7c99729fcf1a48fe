-- every kind without rules of its own: the kept rows in their one order
WITH kept AS ({kept})
SELECT {columns}
FROM kept
ORDER BY {order}
