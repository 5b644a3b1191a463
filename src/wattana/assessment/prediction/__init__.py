"""Whom to visit next: a prediction from what is known of a household without a survey.

Imported by no room that classifies, lists, exports or grants: it never becomes a level.
"""
