"""What can go wrong with live text that is nobody's fault but ours."""

from app.kit.errors import AppError
from app.kit.i18n import N_


class NotStored(AppError):
    """The store could not be written to. The text is where it was typed, and is sent again from there."""

    status, close_code, slug = 503, 1012, "not-stored"
    title = N_("The text could not be saved")
    default = N_("The change is not saved, because the store of texts can't be reached. Wait a moment and try again.")


class GoneAway(Exception):
    """Who wanted to come in has gone away meanwhile; nobody is left to be told."""


class Closing(AppError):
    """This process is about to end; another takes over."""

    status, close_code, slug = 503, 1012, "restart"
    title = N_("We are restarting")
    default = N_("The service is being restarted, and nothing that was saved is lost. Try again in a moment.")
