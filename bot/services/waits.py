"""Every wait of the program in seconds, in one place, so that an operator can change and a test shorten it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waits:
    """Set by `RELAYDESK_WAITS__<NAME>`; docs/operations.md says what each default is based on. The composition root
    hands the adapters' own waits on to them."""

    card_for_order: float = 2.0  # the first card waits so long for its order
    card_rest: float = 1.0  # between two updates of one card
    chat_answer: float = 2.5  # a click is acknowledged within this at the latest, Slack's own limit being three seconds
    chat_call: float = 20.0  # one call of a chat's API; half of it where it only reads
    chat_file: float = 60.0  # one file to or from a chat
    chat_late: float = 30.0  # how long a late answer is still worth bringing to its person
    chat_silence: float = 5.0  # how long nobody calls a chat that is not there, doubled up to chat_silence_most
    chat_silence_most: float = 60.0
    chat_look: float = 30.0  # between two looks whether a chat still answers, for those who watch over the process
    channel_look: float = 300.0  # between two looks whether the bot is still in its channels
    chat_retry: float = 15.0  # after a chat refused the tokens or its connection failed
    chat_retry_most: float = 30.0  # the longest pause between two attempts to connect
    chat_heartbeat: float = 10.0  # between two pings on a connection; a dead one is noticed after one to four
    chat_hello: float = 10.0  # a new connection is greeted within this
    chat_steady: float = 30.0  # a connection that lived so long was no failure
    chat_leave: float = 3.0  # for what is being done for people when a connection is left
    chat_settle: float = 5.0  # how long after a lost answer a message may still appear
    chat_post: float = 1.0  # between two messages into one channel; Slack permits one a second
    chat_update: float = 1.25  # between two changes of messages; Slack permits 50 a minute
    chat_tell: float = 0.65  # between two only-you messages; Slack permits 100 a minute
    slot_in_place: float = 1.0  # a rate slot so near is waited for without giving the worker away
    reply_lease: float = 180.0  # how long nobody else touches a reply that is being sent
    reply_conversation: float = 120.0  # the whole SMTP conversation; must be shorter than the lease
    reply_gives_up: float = 6 * 3600.0  # a mailbox server that has not answered for so long: a person must know
    settle: float = 30.0  # before the Sent folder is searched for a reply whose outcome is unknown
    mail_poll: float = 60.0  # a mailbox is looked into so often even if IDLE says nothing
    mail_retry: float = 15.0  # after a mailbox could not be reached, doubled up to mail_retry_most
    mail_retry_most: float = 300.0
    mail_alarm: float = 900.0  # a mailbox out of reach for so long is told to its sites' channels
    mail_connect: float = 15.0  # a mailbox server takes a connection within this
    mail_silence: float = 30.0  # the longest silence in the middle of a server's answer
    mail_request: float = 600.0  # a whole request, against servers that drip
    mail_idle: float = 540.0  # one IDLE; servers may end it after 29 minutes, routers much earlier
    mail_check: float = 30.0  # a test of an SMTP login
    marketplace: float = 20.0  # one call of the marketplace's API
    letter: float = 10.0  # reading one letter; its reader is killed then
    first_contact: float = 72 * 3600.0  # how far back the first look into a mailbox goes
    uid_validity_overlap: float = 24 * 3600.0  # how far back a look goes after a UIDVALIDITY change
    database_retry: float = 1.0  # before a database that does not answer at the start is tried again, doubled
    database_retry_most: float = 30.0
    worker_dead: float = 30.0  # a process on PostgreSQL that has been silent so long loses its jobs to its peers
    lease: float = 60.0  # how long a mailbox stays reserved for a process that has died
    job_retry: float = 5.0  # first pause before a failed job is tried again, doubled up to job_retry_most
    job_retry_most: float = 900.0
    person_fresh: float = 600.0  # how long the chat's word on a person is believed
    person_stale: float = 24 * 3600.0  # how long, if the chat does not answer
    answer: float = 2.3  # a click is answered within this, three seconds being the platforms' limit
    form_rest: float = 1.0  # before what came of a form is brought into the window in which it was sent
    form_open: float = 900.0  # how long an opened reply form counts as somebody replying
    stop: float = 20.0  # how long work that has begun may take when the process is told to stop
    tick: float = 30.0  # between two looks for what was left undone
