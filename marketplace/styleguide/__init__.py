"""The living style guide: every component in every state. Not there in production.

For who builds the site: its own words are English alone, those of components as on any page.
"""
