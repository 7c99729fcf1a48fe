SELECT * FROM group_grade_step WHERE way <> 'same'
