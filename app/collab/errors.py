"""What can go wrong with live text that is nobody's fault."""

from app.kit.errors import AppError
from app.kit.i18n import N_


class NotStored(AppError):
    """The store could not be written to. The text is where it was typed, and is sent again from there."""

    status, close_code, slug = 503, 1012, "not-stored"
    title = N_("The text could not be saved")
    default = N_("The change is not saved, because the store of texts can't be reached. Wait a moment and try again.")


class OutdatedClient(AppError):
    """The page was loaded before the text got the shape that it has now."""

    status, close_code, slug = 426, 4426, "outdated-client"
    title = N_("The page needs to be loaded again")
    default = N_("Motionsverkstad has been updated since the page was opened. Load the page again to go on writing.")


class BehindClient(AppError):
    """The page is newer than this process, which is about to be replaced by a newer one."""

    status, close_code, slug = 503, 1012, "older-server"
    title = N_("We are updating")
    default = N_("The service is being updated, and nothing that was saved is lost. Try again in a moment.")


class GoneAway(Exception):
    """Who wanted to come in has gone away meanwhile; nobody is left to be told."""


class Closing(AppError):
    """This process is about to end; another takes over."""

    status, close_code, slug = 503, 1012, "restart"
    title = N_("We are restarting")
    default = N_("The service is being restarted, and nothing that was saved is lost. Try again in a moment.")
