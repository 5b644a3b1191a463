"""Settings, from the environment where they differ between installations (docs/settings.md)."""

from __future__ import annotations

import secrets
from pathlib import Path

from csp.constants import NONE, SELF

from wattana.kernel.addresses import Database
from wattana.kernel.settings import Mail, value

PACKAGE = Path(__file__).resolve().parent.parent
DATA = value("WATTANA_DATA").resolve()  # database, keys, snapshots, imports
DEMO = (DATA / "demo.json").exists()  # a demo province: every page says so, loopback only
DEMO_PASSWORD = "demo-wattana-2569"  # noqa: S105  of the demo accounts, which exist nowhere else
KEYS_FILE = value("WATTANA_KEYS") or DATA / "keys.json"  # never inside the database
DEBUG = False


def _secret_key() -> str:
    """The installation's own key, made once in its folder; without a folder, for this process."""
    given, file = value("WATTANA_SECRET_KEY"), DATA / "secret_key"
    if given:
        return given
    if not file.exists():
        fresh = secrets.token_urlsafe(50)
        if not DATA.is_dir():
            return fresh
        file.touch(mode=0o600)
        file.write_text(fresh)
    return file.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = value("WATTANA_HOSTS")
SMALL_GROUP = value("WATTANA_SMALL_GROUP")  # fewer are not published
OWN_SURVEYS = value("WATTANA_OWN_SURVEYS")  # may who recorded a survey approve it
ROUND_BEGUN = value("WATTANA_ROUND_BEGUN")  # per cent of the round before; with fewer, it stays
SECURE = value("WATTANA_HTTPS") == "1"


_PATIENCE = 20  # seconds that a page waits for who writes; then it says so


def _database(database: Database | None) -> dict[str, object]:
    """PostgreSQL where an address is set, else embedded SQLite."""
    if database is None:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "wattana.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": _PATIENCE,
                # The size of pages is that of a new database: with four times the usual one, large
                # imports take a tenth less.
                "init_command": (
                    "PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                    "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;"
                    "PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database.name,
        "USER": database.user,
        "PASSWORD": database.password,
        "HOST": database.host,
        "PORT": database.port,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            # The same few statements come again and again: planned once for a connection. Pages
            # ask small questions, for which compiling (jit) takes longer than it saves, of a
            # database that memory or SSDs hold: reading here and there costs little more than in
            # turn, and the costs by which PostgreSQL chooses are those of turning disks.
            "server_side_binding": True,
            "prepare_threshold": 2,
            "options": f"-c jit=off -c random_page_cost=1.1 -c lock_timeout={_PATIENCE}s",
        },
    }


DATABASES = {"default": _database(value("WATTANA_DATABASE"))}
CACHES = {  # in each process; what is kept there: kit/kept.py
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 500},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_htmx",
    "django_tasks_db",
    "wattana.kit",
    "wattana.areas",
    "wattana.accounts",
    "wattana.notices",
    "wattana.registry",
    "wattana.surveys",
    "wattana.assessment",
    "wattana.entitlements",
    "wattana.referrals",
    "wattana.grievances",
    "wattana.reports",
    "wattana.demo",
    "wattana.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wattana.accounts.middleware.ViewerMiddleware",
    "wattana.accounts.middleware.PolicyMiddleware",
    "wattana.kit.middleware.ProblemMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "wattana.site.urls"
CSRF_FAILURE_VIEW = "wattana.site.errors.csrf_failure"
WSGI_APPLICATION = "wattana.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "site" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "wattana.site.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "wattana.kit.templatetags.fixed",  # after Django's, whose “translate” it replaces
                "wattana.kit.templatetags.wattana",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "wattana.accounts.signing_in.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "wattana.accounts.passwords.NotLikeTheName"},
    {"NAME": "wattana.accounts.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "wattana.accounts.passwords.NotCommon"},
    {"NAME": "wattana.accounts.passwords.NotOnlyDigits"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "reports:landing"
LOGOUT_REDIRECT_URL = "accounts:sign_in"

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "wattana.accounts.signing_in.address"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the wait that was told holds
AXES_LOCKOUT_CALLABLE = "wattana.accounts.signing_in.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # sign-ins stand in the audit trail
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address"]

SESSION_ENGINE = "wattana.accounts.session_store"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_IDLE_SECONDS = 30 * 60  # accounts.middleware signs out after this long without a request
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "style-src": [SELF],
        "script-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

LANGUAGE_CODE = "th"
LANGUAGES = [("th", "ไทย"), ("en", "English")]
LOCALE_PATHS = [
    PACKAGE / room / "locale" for room in ("kernel", "thai", "rules", "engines", "methods")
]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Bangkok"

STATIC_URL = "/static/"
STATIC_ROOT = PACKAGE / "site" / "collected"  # made by tools/build_assets.py, not committed
STATICFILES_DIRS = [PACKAGE / "site" / "static"]
WHITENOISE_MANIFEST_STRICT = False  # a file newer than the manifest is served by its plain name
HASHED_STATIC = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": HASHED_STATIC
        if (STATIC_ROOT / "staticfiles.json").exists()
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000  # the columns of a file that is mapped: at most 1,500
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
IMPORT_MAX_BYTES = 150 * 1024 * 1024

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
SITE_ADDRESS = value("WATTANA_ADDRESS")  # how links in messages begin
NOTICE_SENDER = value("WATTANA_EMAIL_SENDER")
LINE_ADDRESS, LINE_TOKEN = value("WATTANA_LINE_ADDRESS"), value("WATTANA_LINE_TOKEN")
SMS_ADDRESS, SMS_TOKEN = value("WATTANA_SMS_ADDRESS"), value("WATTANA_SMS_TOKEN")
_MAIL = value("WATTANA_EMAIL") or Mail()
EMAIL_HOST, EMAIL_PORT = _MAIL.host, _MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL.user, _MAIL.password
EMAIL_USE_TLS = _MAIL.starttls
EMAIL_TIMEOUT = 15

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
