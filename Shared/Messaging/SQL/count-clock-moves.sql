SELECT count(*) AS moves FROM clock_move WHERE request = $1
