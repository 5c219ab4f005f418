SELECT ladder, stage, matters, median_days, answers, in_time, by_silence, closed, changed
FROM challenge_by_stage
ORDER BY ladder, stage
