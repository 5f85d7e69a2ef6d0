# The image of the server: the front end built in a stage of its own, the packages in another, and neither Node nor a
# compiler in what is shipped. The database, Valkey and the mail server are elsewhere; docker-compose.yml has them all.

FROM node:24-bookworm-slim AS frontend
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci
COPY frontend/ ./
# Writes /src/app/web/static/build.
RUN npm run build

FROM python:3.13-slim-bookworm AS packages
RUN python -m venv /opt/verkstad
COPY requirements.lock ./
RUN /opt/verkstad/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv/verkstad --shell /usr/sbin/nologin verkstad \
    && install --directory --owner verkstad --group verkstad /var/lib/verkstad
WORKDIR /srv/verkstad
COPY --from=packages /opt/verkstad /opt/verkstad
COPY pyproject.toml ./
COPY migrations/ migrations/
COPY app/ app/
COPY --from=frontend /src/app/web/static/build/ app/web/static/build/
RUN /opt/verkstad/bin/python -m compileall -q app migrations
ENV PATH=/opt/verkstad/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    VERKSTAD_DATA_DIR=/var/lib/verkstad
USER verkstad
VOLUME /var/lib/verkstad
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
ENTRYPOINT ["python", "-m", "app.cli"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
