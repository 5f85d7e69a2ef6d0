"""All models, imported for their side effect: what is listed here is known to migrations and backups."""

from app.advice import models as advice
from app.associations import models as associations
from app.calls import models as calls
from app.cosigning import models as cosigning
from app.documents import models as documents
from app.feedback import models as feedback
from app.history import models as history
from app.kit import outbox
from app.library import models as library
from app.matching import models as matching
from app.motions import models as motions
from app.people import models as people
from app.submissions import models as submissions

ALL = (
    advice,
    associations,
    calls,
    cosigning,
    documents,
    feedback,
    history,
    library,
    outbox,
    matching,
    motions,
    people,
    submissions,
)
