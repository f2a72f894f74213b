"""Slack as a door: what is said there becomes a turn of a conversation, and the reply becomes blocks.

settings.py   tokens, allow-lists, addresses: read once from the environment
app.py        the Bolt app: what of Slack's traffic is for us, accepted into the inbox before it is acknowledged
desk.py       works on what was accepted: threads, heartbeat, restarts, retries, apologies
turns.py      one accepted message: access, the turn, what is posted where
render.py     Reply -> blocks, pure; never beyond a limit of Slack
http.py       HTTP mode: routes for the one-process server;  socket.py: socket mode with a watchdog
"""
