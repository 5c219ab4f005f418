DELETE FROM deadline_aside WHERE household = ANY ($1::uuid[])
