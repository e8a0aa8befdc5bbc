"""`ovhlgen preview`: every screen as a picture, in each theme, language and device, with what the renderer finds."""
