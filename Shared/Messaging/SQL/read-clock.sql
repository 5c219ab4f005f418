SELECT app.now()
