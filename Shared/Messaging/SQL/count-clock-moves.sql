SELECT count(*) FROM clock_move WHERE request = $1
