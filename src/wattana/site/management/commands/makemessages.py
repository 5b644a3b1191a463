from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Also collect the messages that the rooms below Django mark with `N_`."""

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=N_"]
