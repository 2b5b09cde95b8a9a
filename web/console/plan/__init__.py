"""The rota in the console: the plan as a picture, who is on call, what is agreed, drafts."""
