import ReferralIntake

await ReferralIntake.run()
