import KeepsightLab

await KeepsightLab.run()
