"""Rules for passwords, told in both languages (Django's own Thai texts for them are missing)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import password_validation
from django.utils.translation import gettext


class LongEnough(password_validation.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return gettext("Use at least %(number)s characters: a phrase of several words is good.") % {
            "number": self.min_length
        }


class NotLikeTheName(password_validation.UserAttributeSimilarityValidator):
    def __init__(self, **options: Any) -> None:
        super().__init__(user_attributes=("username", "display_name", "email"), **options)

    def get_error_message(self) -> str:
        return gettext("This is too much like your name or user name.")


class NotCommon(password_validation.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return gettext("This password is one of those that are guessed first.")


class NotOnlyDigits(password_validation.NumericPasswordValidator):
    def get_error_message(self) -> str:
        return gettext("Use letters too, not only digits.")
