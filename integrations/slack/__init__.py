"""Slack as a door: what is said there becomes a turn of a conversation, and the reply becomes blocks.

Coming in
    http.py, socket_mode.py, web.py   the ways in: signed requests, a websocket, the one-process server
    app.py, interactions.py           which of Slack's traffic is for us; taken in before it is acknowledged
    intake.py, commands.py            what it says, as plain data

Answering
    desk.py       takes messages out of the inbox: threads, heartbeat, restarts, second tries
    turns.py      a message that is a turn of a conversation;  errands.py: buttons, drafts, files, sharing, home
    edits.py      an edited message;  spent.py: a message whose buttons were used
    speaking.py   posts, private lines, status;  stream.py: an answer that grows while a model works

Showing (pure)
    render.py, blocks.py, mrkdwn.py   a Reply as a message that cannot exceed a limit or mention anybody
    modals.py, home.py                forms in steps, the home tab

Setting up
    settings.py, manifest.py, installing.py, workspaces.py, people.py, checks.py, logs.py, cli.py
"""
