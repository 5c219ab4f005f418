import MashScreener

await MashScreener.run()
