# One image for every role: `web` (the default), `worker`, `release` (run once for each version,
# before the others start). See deploy/run.

# --- The style sheet -----------------------------------------------------------------------
FROM node:22-slim AS style
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tailwind.config.js ./
COPY static ./static
COPY templates ./templates
COPY config ./config
COPY marketplace ./marketplace
COPY moderation ./moderation
COPY owners ./owners
RUN npm run build

# --- The locked packages -------------------------------------------------------------------
FROM python:3.13-slim AS packages
WORKDIR /build
COPY requirements/base.txt requirements/uv.txt ./requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/uv.txt
RUN uv venv /opt/venv \
 && uv pip install --no-cache --require-hashes --compile-bytecode \
      --python /opt/venv/bin/python -r requirements/base.txt

# --- What runs -----------------------------------------------------------------------------
FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin joytop \
 && install -d -o joytop -g joytop /var/lib/joytop/media
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/app/.local \
    MEDIA_ROOT=/var/lib/joytop/media \
    PORT=8000 \
    GRANIAN_WORKERS=2 \
    GRANIAN_BLOCKING_THREADS=4
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY manage.py ./
COPY deploy ./deploy
COPY config ./config
COPY marketplace ./marketplace
COPY moderation ./moderation
COPY owners ./owners
COPY templates ./templates
COPY static ./static
COPY locale ./locale
COPY scripts/messages.py ./scripts/
COPY --from=style /build/static/dist ./static/dist
# Static files need no secret and no database: they are collected as the demo would.
RUN python scripts/messages.py compile \
 && python -m compileall -q . \
 && JOYTOP_MODE=demo python manage.py collectstatic --noinput --ignore src
USER joytop
EXPOSE 8000
VOLUME /var/lib/joytop/media
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "deploy/health.py"]
ENTRYPOINT ["deploy/run"]
CMD ["web"]
