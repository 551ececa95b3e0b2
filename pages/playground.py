"""The playground: a network on two inputs, learning in front of you."""

from _stage.stage import stage
from _ui import sidebar, sitting

here = sitting.current()
# First, so that it loads while the sidebar is drawn.
stage(
    here.token, here.run.name, here.run.revision, page="playground", on_token=sitting.use, on_run=sitting.work_on,
    ask=sitting.asked(),
)
sidebar.draw(here)
