"""Settings come from the environment (``.env.example`` lists every variable with its default)."""

from datetime import timedelta
from pathlib import Path

from config.environment import LEVELS, Environment
from config.mail import mail_from, mailbox_from

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(BASE_DIR / ".env")

DEBUG, DEMO = env.flag("DEBUG"), env.flag("DEMO")
SECRET_KEY = env.required("SECRET_KEY", "It signs sessions: 50 random characters.")
LINK_KEYS = env.required(
    "LINK_KEYS", "It signs personal links: `1:<base64 of 32 random bytes>`, newest first."
)
PUBLIC_BASE_URL = env.required(
    "PUBLIC_BASE_URL", "The address people use, such as https://termine.example."
).rstrip("/")
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'sprechzeit.sqlite3'}")}
SQLITE = "sqlite" in DATABASES["default"]["ENGINE"]

_public_host = PUBLIC_BASE_URL.split("://", 1)[-1].split("/", 1)[0]
SECURE = PUBLIC_BASE_URL.startswith("https://")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", [_public_host.rsplit(":", 1)[0], "localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "scheduler.apps.SchedulerConfig",
    "notifications.apps.NotificationsConfig",
    "frontend.apps.FrontendConfig",
    "api.apps.ApiConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_q",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.Headers",
    "config.middleware.ClientAddress",
    "config.middleware.Programs",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "frontend.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "frontend.middleware.SecondFactor",
    "frontend.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "frontend.context.page",
            ],
        },
    },
]

AUTH_USER_MODEL = "scheduler.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "frontend.accounts.AccountAdapter"
ACCOUNT_LINK = "frontend.accounts.link"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,20/5m/key"}  # one account from one address: axes, below
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Sprechzeit"
MFA_TOTP_TOLERANCE = 1
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "frontend.accounts.name_typed"
AXES_LOCKOUT_CALLABLE = "frontend.http.locked_out"
AXES_CLIENT_IP_CALLABLE = "config.middleware.address_of"
AXES_VERBOSE = False

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 10 * 3600
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "frontend.http.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

REDIS_URL = env.redis("REDIS_URL")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    )
}

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

_broker = env.one_of("QUEUE_BROKER", ("orm", "redis"), "orm")
_IN_THE_DATABASE = {"orm": "default", "broker_class": "config.broker.Broker"}
Q_CLUSTER = {
    "name": "sprechzeit",
    "workers": 2,
    "queue_limit": 2,
    "bulk": 1,
    "timeout": 60,
    "retry": 300,
    "max_attempts": 1,
    "ack_failures": True,
    "catch_up": False,
    "save_limit": 1000,
    "poll": 0.5,
    "label": "Queue",
    **({"redis": REDIS_URL} if _broker == "redis" else _IN_THE_DATABASE),
}
EVENT_SUBSCRIBERS = ["notifications.planning.plan"]
WAKE_UP_JOB = "config.jobs.deliver_due"
PERIODIC_TABLE = "config.periodic.TABLE"
DELIVERY_LEASE = timedelta(seconds=90)
SEND_WITHIN = timedelta(seconds=20)
READ_WITHIN = timedelta(seconds=20)
WORKER_BEAT_EVERY = 10.0
WORKER_SILENT_FOR = timedelta(seconds=100)
ERASURES = ["notifications.erasure.erase_messages"]

EMAIL = mail_from(env.text("EMAIL_URL", "file://"))
EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = EMAIL.get("EMAIL_HOST", ""), EMAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = EMAIL.get("EMAIL_HOST_USER", ""), EMAIL.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL.get("EMAIL_USE_TLS", False), EMAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = DATA_DIR / "mail"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"termine@{_public_host.rsplit(':', 1)[0]}")
MAILBOX = mailbox_from(env.text("MAILBOX_URL"))
METRICS_TOKEN = env.text("METRICS_TOKEN")
SMS_PROVIDER = env.text("SMS_PROVIDER")
SMS_CONSOLE_PATH = DATA_DIR / "sms"
TWILIO_ACCOUNT_SID = env.text("TWILIO_ACCOUNT_SID")
TWILIO_AUTH_TOKEN = env.text("TWILIO_AUTH_TOKEN")
TWILIO_MESSAGING_SERVICE_SID = env.text("TWILIO_MESSAGING_SERVICE_SID")
TWILIO_FROM = env.text("TWILIO_FROM")
TWILIO_BASE_URL = env.text("TWILIO_BASE_URL")
SMS_GATEWAY_URL = env.text("SMS_GATEWAY_URL")
SMS_GATEWAY_TOKEN = env.text("SMS_GATEWAY_TOKEN")
SMS_GATEWAY_LOOKUP_URL = env.text("SMS_GATEWAY_LOOKUP_URL")
SMS_GATEWAY_CALLBACK_TOKEN = env.text("SMS_GATEWAY_CALLBACK_TOKEN")
SMS_GATEWAY_FIELDS = {
    "to": "to",
    "text": "text",
    "reference": "reference",
    "id": "id",
    **env.pairs("SMS_GATEWAY_FIELDS"),
}
SMS_PER_OFFICE_AND_DAY = env.number("SMS_PER_OFFICE_AND_DAY", 2000)
SMS_SEGMENT_PRICE = env.amount("SMS_SEGMENT_PRICE", "0.08")

JITSI_PROVIDER = env.text("JITSI_PROVIDER")
JITSI_HOST = env.text("JITSI_HOST")
JITSI_INTERNAL_URL = env.text("JITSI_INTERNAL_URL")
JITSI_APP_ID = env.text("JITSI_APP_ID")
JITSI_APP_SECRET = env.text("JITSI_APP_SECRET")
JITSI_AUDIENCE = env.text("JITSI_AUDIENCE", "jitsi")
JITSI_SUBJECT = env.text("JITSI_SUBJECT")
JITSI_PRIVATE_KEY_FILE = env.text("JITSI_PRIVATE_KEY_FILE")
JITSI_KEY_ID = env.text("JITSI_KEY_ID")
JITSI_OLD_PUBLIC_KEY_FILES = env.text("JITSI_OLD_PUBLIC_KEY_FILES")
JITSI_CALLBACK_SECRET = env.text("JITSI_CALLBACK_SECRET")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.authentication.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["api.authentication.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "api.pagination.Cursor",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "api.problems.handler",
    "DEFAULT_THROTTLE_RATES": {"write": env.rate("API_WRITE_RATE", "600/min")},
    "UNAUTHENTICATED_USER": None,
    "COERCE_DECIMAL_TO_STRING": False,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Sprechzeit",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["api.describe.with_problems"],
}

_level = env.one_of("LOG_LEVEL", LEVELS, "WARNING")
LOG_FORMAT = env.one_of("LOG_FORMAT", ("json", "plain"), "plain" if DEBUG else "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "no_links": {"()": "config.logs.NoLinks"},
        "one_line": {"()": "config.logs.OneLine"},
        "ours_only": {"()": "config.logs.OursOnly"},
    },
    "formatters": {"json": {"()": "config.logs.Json"}, "plain": {"()": "config.logs.Plain"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "filters": ["no_links"], "formatter": LOG_FORMAT}
    },
    "loggers": {
        "django": {"handlers": [], "level": _level},
        "django.request": {"filters": ["ours_only"]},
        "django.security.csrf": {"filters": ["ours_only"]},
        "django.security.DisallowedHost": {"filters": ["one_line"]},
        "django.security.RequestDataTooBig": {"filters": ["one_line"]},
        "django.security.TooManyFieldsSent": {"filters": ["one_line"]},
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "notifications.fates": {"level": "INFO"},  # one line for whatever becomes of a message
        "django.template": {"level": "INFO"},  # below it whole contexts are written out, people and all
    },
    "root": {"handlers": ["stderr"], "level": _level},
}
SILENCED_SYSTEM_CHECKS = ["models.W040", "security.W004", "security.W008"]
