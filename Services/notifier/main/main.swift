import Notifier

await Notifier.run()
