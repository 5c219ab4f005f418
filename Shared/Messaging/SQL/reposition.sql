UPDATE position SET next_offset = $3, cluster = $4, record_milliseconds = NULL WHERE topic = $1 AND partition = $2
