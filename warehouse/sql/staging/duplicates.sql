-- second and later rows of a key among the rows read one by one; same = identical to the first
WITH kept AS (
    SELECT * FROM {rows} AS r
    WHERE NOT EXISTS (SELECT 1 FROM cut WHERE cut._file = r._file AND cut._line = r._line)
),
packed AS (
    SELECT _file, _line, {key}, row({columns}) AS content
    FROM kept
),
numbered AS (
    SELECT
        *,
        row_number() OVER of_key AS nth,
        first_value(_file) OVER of_key AS first_file,
        first_value(_line) OVER of_key AS first_line,
        first_value(content) OVER of_key AS first_content
    FROM packed
    WINDOW of_key AS (PARTITION BY {key} ORDER BY _file, _line)
)
SELECT
    _file,
    _line,
    concat_ws(' / ', {key}) AS key_text,
    first_file,
    first_line,
    content IS NOT DISTINCT FROM first_content AS same
FROM numbered
WHERE nth > 1
ORDER BY _file, _line
