-- A decision with the register that it stands in, by its identifier, or by the agency's code, a slash and that.
SELECT agency, decision, register, challenges, questions, asked_again_at, app.now()
FROM decision_standing
WHERE decision = $1 OR agency || '/' || decision = $1
ORDER BY agency
LIMIT 20
