import KeepsightCommand

await KeepsightCommand.run()
