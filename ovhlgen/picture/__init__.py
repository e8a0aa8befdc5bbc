"""Pictures of screens: roblox-headless-renderer (the extra `preview`) lays out, draws and judges them."""
