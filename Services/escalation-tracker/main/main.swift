import EscalationTracker

await EscalationTracker.run()
