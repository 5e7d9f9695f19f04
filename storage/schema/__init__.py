"""Every table of RelayDesk, for both databases."""

from storage.schema import audit as audit
from storage.schema import categories as categories
from storage.schema import chat as chat
from storage.schema import docking as docking
from storage.schema import drafts as drafts
from storage.schema import fields as fields
from storage.schema import mail as mail
from storage.schema import queue as queue
from storage.schema import sites as sites
from storage.schema import tickets as tickets
from storage.schema import triggers as triggers
from storage.schema.naming import metadata as metadata
