"""Settings of every process of JoyTop, from the environment alone.

`JOYTOP_MODE` names what the process is for:

* `production` (the default): every guard is up, and nothing secret has a default.
* `demo`: production settings with sandbox gateways and cookies fit for plain http.
* `development`: as demo, with DEBUG.
* `test`: as demo, with what makes tests repeatable.

`.env.example` lists each variable; `config/tests/test_settings.py` ties it to what is read here.
"""

from pathlib import Path
from typing import Any

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from config import env

# Lets Django's generic classes be written with their types: `admin.ModelAdmin[Venue]`.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

# --- What this process is for ------------------------------------------------------------------

MODE = env.choice("JOYTOP_MODE", "production", among=("production", "demo", "development", "test"))
IN_PRODUCTION = MODE == "production"
DEBUG = MODE == "development"

# A key that the repository knows protects nothing: production refuses to start with it.
_DEVELOPMENT_SECRET_KEY = "development-only-key-that-production-refuses-to-start-with"  # noqa: S105
SECRET_KEY = env.text("SECRET_KEY", None if IN_PRODUCTION else _DEVELOPMENT_SECRET_KEY)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
if IN_PRODUCTION and _DEVELOPMENT_SECRET_KEY in (SECRET_KEY, *SECRET_KEY_FALLBACKS):
    _message = "SECRET_KEY is the development key. Set one of your own; see .env.example."
    raise ImproperlyConfigured(_message)

SITE_URL = env.text("SITE_URL", None if IN_PRODUCTION else "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS", () if IN_PRODUCTION else ("127.0.0.1", "localhost", "testserver")
)
if IN_PRODUCTION and not ALLOWED_HOSTS:
    _message = "ALLOWED_HOSTS is not set: give the host names that the site answers to."
    raise ImproperlyConfigured(_message)

DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / ".local")))

# --- Apps and middleware -----------------------------------------------------------------------

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "moderation.apps.ModerationConfig",
    "owners.apps.OwnersConfig",
    "marketplace.storefront.apps.StorefrontConfig",
    "marketplace.discovery.apps.DiscoveryConfig",
    "marketplace.bookings.apps.BookingsConfig",
    "marketplace.pricing.apps.PricingConfig",
    "marketplace.payments.apps.PaymentsConfig",
    "marketplace.payments.sandbox.apps.PaymentsSandboxConfig",
    "marketplace.venues.apps.VenuesConfig",
    "marketplace.trust.apps.TrustConfig",
    "marketplace.accounts.apps.AccountsConfig",
    "marketplace.notifications.apps.NotificationsConfig",
    "marketplace.core.apps.CoreConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_tailwind",
    "django_htmx",
    "django_q",
    "storages",
]

MIDDLEWARE = [
    "marketplace.core.middleware.RequestIdMiddleware",
    "config.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "marketplace.core.middleware.NoNulMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "marketplace.core.middleware.PrivatePagesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "marketplace.core.middleware.HtmxMiddleware",
    "marketplace.core.middleware.UserLocaleMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "marketplace.core.templatetags.formats",
                "marketplace.core.templatetags.pieces",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "marketplace.storefront.context_processors.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "tailwind"
CRISPY_TEMPLATE_PACK = "tailwind"
CRISPY_FAIL_SILENTLY = False

# --- Data --------------------------------------------------------------------------------------

_TEST_DATABASE_URL = "postgresql://postgres@127.0.0.1:5432/joytop"
DATABASES = {
    "default": env.database(env.text("DATABASE_URL", None if IN_PRODUCTION else _TEST_DATABASE_URL))
    | {"CONN_MAX_AGE": 300, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
}
# The payments sandbox commits on a connection of its own, as a provider elsewhere would.
DATABASES["sandbox"] = DATABASES["default"] | {"TEST": {"MIRROR": "default"}}
DATABASE_ROUTERS = ["marketplace.payments.sandbox.router.SandboxRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Shared between processes, as rate limits must be; local memory is not.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Whole pages for guests, in the memory of each web process (storefront/page_cache.py); 0: none.
PAGE_CACHE_BYTES = env.whole_number("PAGE_CACHE_MIB", 64, at_least=0) * 1024 * 1024

Q_CLUSTER: dict[str, Any] = {
    "name": "joytop",
    "orm": "default",
    "workers": env.whole_number("WORKER_PROCESSES", 2, at_least=1),
    "poll": 0.2,
    "timeout": 120,
    "retry": 180,
    "max_attempts": 3,
    "ack_failures": True,
    "catch_up": False,
    "save_limit": 500,
    "label": _("Background jobs"),
}
# How long a worker may hold an outbox row before another one may take it, in seconds.
OUTBOX_LEASE_SECONDS = env.whole_number("OUTBOX_LEASE_SECONDS", 60, at_least=1)

# --- Files -------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Straight from their folders, where nothing was collected.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = MODE in {"development", "test"}
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(DATA_DIR / "media")))
MEDIA_BUCKET = env.text("MEDIA_BUCKET", "")

_LOCAL_MEDIA: dict[str, Any] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
_BUCKET_MEDIA: dict[str, Any] = {
    "BACKEND": "storages.backends.s3.S3Storage",
    "OPTIONS": {
        "bucket_name": MEDIA_BUCKET,
        "region_name": env.text("MEDIA_BUCKET_REGION", "") or None,
        "endpoint_url": env.text("MEDIA_BUCKET_ENDPOINT", "") or None,
        "custom_domain": env.text("MEDIA_BUCKET_DOMAIN", "") or None,
        "access_key": env.text("MEDIA_BUCKET_ACCESS_KEY", "") or None,
        "secret_key": env.text("MEDIA_BUCKET_SECRET_KEY", "") or None,
        "querystring_auth": False,
        "file_overwrite": True,
        "object_parameters": {"CacheControl": "public, max-age=31536000, immutable"},
    },
}
STORAGES = {
    "default": _BUCKET_MEDIA if MEDIA_BUCKET else _LOCAL_MEDIA,
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if MODE in {"development", "test"}
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# One photo of a listing: bytes and pixels. Anything larger is refused with a sentence.
PHOTO_MAX_BYTES = 10 * 1024 * 1024
PHOTO_MAX_PIXELS = 40_000_000

# --- People ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "storefront:home"
LOGOUT_REDIRECT_URL = "storefront:home"

_SIX_DIGITS = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_ADAPTER = "marketplace.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*"]
ACCOUNT_FORMS = {
    "signup": "marketplace.accounts.forms.SignupForm",
    "confirm_login_code": "marketplace.accounts.forms.LoginCodeForm",
    "change_phone": "marketplace.accounts.forms.ChangePhoneForm",
    "verify_phone": "marketplace.accounts.forms.VerifyPhoneForm",
}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = _SIX_DIGITS
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PHONE_VERIFICATION_CODE_FORMAT = _SIX_DIGITS
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
# Offered only to numbers without an account, it would tell that there is none.
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_CHANGE = False
# An email address is verified at /profile/, by marketplace/accounts/email_verification.py.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SITE_URL.startswith("https") else "http"
# Counted in the shared cache, POSTs only. "ip": the client's address, as seen past the trusted
# proxies; "key": the phone number or email address; "user": the person logged in.
ACCOUNT_RATE_LIMITS = {
    "signup": "30/m/ip,200/h/ip",
    "login": "30/m/ip,200/h/ip",
    # A code asked for to log in; each is an SMS to somebody.
    "request_login_code": "5/5m/key,20/d/key",
    # A code sent to verify a number, at sign-up and when it changes.
    "verify_phone": "3/2m/key,20/d/key,30/m/ip",
    # Guesses of one visitor at one number's code.
    "confirm_code": "9/10m/key,60/m/ip",
    "change_phone": "5/10m/user",
    "confirm_email": "3/5m/key,10/h/user",
    "confirm_email_code": "10/10m/user",
    # Codes to everybody together, whoever asks: what they may cost at most.
    "codes": f"{env.whole_number('SMS_CODES_PER_HOUR', 2000, at_least=1)}/h/key",
    # A message through the contact page.
    "contact": "5/h/ip,30/d/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole_number("TRUSTED_PROXY_COUNT", 0)

# --- Telling people ----------------------------------------------------------------------------

SMTP_HOST = env.text("SMTP_HOST", "")
SMS_GATEWAY_URL = env.text("SMS_GATEWAY_URL", "")
SMS_GATEWAY_TOKEN = env.text("SMS_GATEWAY_TOKEN", "")
DEFAULT_FROM_EMAIL = env.text("FROM_EMAIL", "JoyTop <hello@joytop.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# What was sent can be read at /sandbox/outbox/ only where nothing real is sent.
SANDBOX_OUTBOX = not IN_PRODUCTION
# Every component in every state, at /styleguide/: for who builds the site, not for who uses it.
STYLE_GUIDE = not IN_PRODUCTION
if IN_PRODUCTION and not (SMTP_HOST and SMS_GATEWAY_URL):
    _message = "SMTP_HOST and SMS_GATEWAY_URL must be set: codes have no other way to people."
    raise ImproperlyConfigured(_message)
_SMTP_MAILER: dict[str, Any] = {
    "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "OPTIONS": {
        "host": SMTP_HOST,
        "port": env.whole_number("SMTP_PORT", 587, at_least=1),
        "username": env.text("SMTP_USER", ""),
        "password": env.text("SMTP_PASSWORD", ""),
        "use_tls": env.flag("SMTP_STARTTLS", default=True),
        "timeout": 10,
    },
}
_SANDBOX_MAILER: dict[str, Any] = {"BACKEND": "marketplace.notifications.mail.SandboxBackend"}
MAILERS = {"default": _SMTP_MAILER if SMTP_HOST else _SANDBOX_MAILER}

# --- Money -------------------------------------------------------------------------------------

# Without a key of Stripe's the sandbox answers in its place; production needs the real one.
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY", None if IN_PRODUCTION else "")
# Two while one is being replaced: either signs.
STRIPE_WEBHOOK_SECRETS = env.words("STRIPE_WEBHOOK_SECRET")
PAYMENTS_SANDBOX = not STRIPE_SECRET_KEY
if PAYMENTS_SANDBOX:
    STRIPE_SECRET_KEY = "sk_test_sandbox"  # noqa: S105 -- opens nothing anywhere
    STRIPE_WEBHOOK_SECRETS = ["whsec_sandbox"]
elif not STRIPE_WEBHOOK_SECRETS:
    _message = "STRIPE_WEBHOOK_SECRET is not set: without it no payment is heard of."
    raise ImproperlyConfigured(_message)
# Seconds that a page waits for the provider before it says that it does not answer.
PROVIDER_TIMEOUT_SECONDS = env.whole_number("PROVIDER_TIMEOUT_SECONDS", 8, at_least=1)
# Where the sandbox's checkout page is: another origin than the site's, as Stripe's is.
SANDBOX_CHECKOUT_ORIGIN = SITE_URL.replace("://127.0.0.1", "://localhost")
CHECKOUT_ORIGIN = SANDBOX_CHECKOUT_ORIGIN if PAYMENTS_SANDBOX else "https://checkout.stripe.com"

# --- The market --------------------------------------------------------------------------------

CURRENCIES = ("KZT", "USD", "EUR")
# Percent of a venue's subtotal, paid by the renter on top of it.
SERVICE_FEE_PERCENT = env.whole_number("SERVICE_FEE_PERCENT", 5)
# Percent of the venue's subtotal that the platform keeps of what the owner earns.
COMMISSION_PERCENT = env.whole_number("COMMISSION_PERCENT", 15)
# How long a slot is held for payment, in minutes.
HOLD_MINUTES = env.whole_number("HOLD_MINUTES", 15, at_least=1)
# Venues are popular by the bookings that were confirmed within so many days.
POPULAR_DAYS = 90
OPERATOR = {
    "name": env.text("OPERATOR_NAME", None if IN_PRODUCTION else "JoyTop LLP"),
    "bin": env.text("OPERATOR_BIN", None if IN_PRODUCTION else "240140000000"),
    "address": env.text(
        "OPERATOR_ADDRESS", None if IN_PRODUCTION else "12 Abay Avenue, Almaty 050010, Kazakhstan"
    ),
    "email": env.text("OPERATOR_EMAIL", None if IN_PRODUCTION else "hello@joytop.example"),
    "phone": env.text("OPERATOR_PHONE", None if IN_PRODUCTION else "+7 727 000 00 00"),
}

# --- Language and time -------------------------------------------------------------------------

LANGUAGE_CODE = "en"
# A language that was chosen is remembered for a year.
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LOCALE_PATHS = [BASE_DIR / "locale"]
_PLANNED_LANGUAGES = (("en", _("English")), ("ru", _("Russian")), ("kk", _("Kazakh")))
# The source language, and each language that has a catalogue: a switch offers no others.
LANGUAGES = [
    (code, name)
    for code, name in _PLANNED_LANGUAGES
    if code == LANGUAGE_CODE or (LOCALE_PATHS[0] / code / "LC_MESSAGES" / "django.po").exists()
]
TIME_ZONE = "Asia/Almaty"
USE_TZ = True
PHONE_DEFAULT_REGION = "KZ"
# Whose numbers may sign up: an SMS costs, and to some countries a lot (ISO 3166 codes).
PHONE_COUNTRIES = env.words("PHONE_COUNTRIES", ("KZ", "RU", "KG", "UZ"))

# --- Guards ------------------------------------------------------------------------------------

_OVER_HTTPS = IN_PRODUCTION
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _OVER_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "__Host-session" if _OVER_HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _OVER_HTTPS else "csrf"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "marketplace.storefront.views.errors.csrf_failure"
SECURE_SSL_REDIRECT = _OVER_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _OVER_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _OVER_HTTPS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
)
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
_MEDIA_SOURCES = env.words("CSP_MEDIA_SOURCES")
SECURE_CSP: dict[str, Any] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", *_MEDIA_SOURCES],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "frame-src": [CSP.SELF] if SANDBOX_OUTBOX else [CSP.NONE],
    # Browsers apply it to where a form's answer leads, too: to the checkout, and back.
    "form-action": [CSP.SELF, CHECKOUT_ORIGIN, *([SITE_URL] if PAYMENTS_SANDBOX else [])],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}

# --- Logs --------------------------------------------------------------------------------------

_LOG_LEVEL = env.choice(
    "LOG_LEVEL",
    "WARNING" if MODE == "test" else "INFO",
    among=("DEBUG", "INFO", "WARNING", "ERROR"),
)
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "marketplace.core.logs.RequestIdFilter"}},
    "formatters": {
        "json": {
            "()": "marketplace.core.logs.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s",
            "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
        },
        "plain": {"format": "%(levelname)s %(name)s [%(request_id)s] %(message)s"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": "json" if IN_PRODUCTION else "plain",
        }
    },
    "root": {"handlers": ["stderr"], "level": _LOG_LEVEL},
    "loggers": {
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django-q": {"level": "WARNING"},
    },
}
