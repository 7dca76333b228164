"""The running parts; each is one `async def run(self)` ended by cancellation."""
