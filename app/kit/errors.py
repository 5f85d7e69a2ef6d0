"""One tree of errors that users may see. `app.web.errors` turns each into a page, a fragment or a problem document;
the socket closes with `close_code`. Texts say what happened, why, and what to do next."""

from collections.abc import Mapping

from app.kit.i18n import N_, _


class AppError(Exception):
    """Something went wrong that the user can be told about.

    `message` is translated text. `fields` maps a form field to what is wrong with it.
    """

    status = 500
    close_code = 1011
    slug = "fault"
    title = N_("Something went wrong")
    default = N_("The fault is ours, not yours. What was saved is still saved. Try again in a moment.")

    def __init__(self, message: str | None = None, *, fields: Mapping[str, str] | None = None) -> None:
        self.message = message if message is not None else _(self.default)
        self.fields = dict(fields or {})
        super().__init__(self.message)


class NotSignedIn(AppError):
    status, close_code, slug = 401, 4401, "not-signed-in"
    title = N_("Sign in to go on")
    default = N_("This page is for people who are signed in. Sign in with your e-mail address, then come back.")


class Forbidden(AppError):
    status, close_code, slug = 403, 4403, "forbidden"
    title = N_("You may not do this")
    default = N_("You can see this, but changing it takes a right that you lack. Ask the author of the motion for it.")


class NotFound(AppError):
    status, close_code, slug = 404, 4404, "not-found"
    title = N_("There is nothing here")
    default = N_(
        "The page does not exist, or is not open to you. Check the link, or ask the person who sent it to invite you."
    )


class Gone(AppError):
    status, close_code, slug = 410, 4404, "gone"
    title = N_("This link no longer works")
    default = N_("The link has expired or has been withdrawn. Ask for a new one.")


class Conflict(AppError):
    status, close_code, slug = 409, 4409, "conflict"
    title = N_("This can't be done now")
    default = N_("Somebody else changed this at the same time. Load the page again and look at how it stands now.")


class Frozen(Conflict):
    slug = "frozen"
    title = N_("The text is locked")
    default = N_(
        "The motion has been handed in, so its text can no longer be changed. It can still be read and exported."
    )


class Invalid(AppError):
    status, close_code, slug = 422, 1007, "invalid"
    title = N_("Something needs to be corrected")
    default = N_("What was sent can't be used as it is. Look at the marked fields.")


class TooLarge(AppError):
    status, close_code, slug = 413, 4413, "too-large"
    title = N_("This is too large")
    default = N_("What was sent is larger than can be taken in. Divide it, or shorten it, and try again.")


class TooMany(AppError):
    status, close_code, slug = 429, 4429, "too-many"
    title = N_("Too many attempts")
    default = N_("There were too many attempts in a short time. Wait a minute and try again.")
