"""Navigation: the pages that exist, in the menu's order.

The router lies inside pages/, so that Streamlit looks for no other pages and watches no engine
code: a reload of the hub under open sockets would cut every tab off.
"""

from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent
SIDEBAR_WIDTH = 288  # px, as shared/look says

st.set_page_config(
    page_title="Glassbox",
    page_icon=str(HERE / "_ui" / "logo.svg"),
    layout="wide",
    initial_sidebar_state=SIDEBAR_WIDTH,
)
st.logo(str(HERE / "_ui" / "logo.svg"), size="small")
st.html(HERE / "_ui" / "page.css")

st.navigation([st.Page("playground.py", title="Playground", default=True)], position="top").run()
