# The web server, the worker and beat: one image, three commands (docker-compose.yml).
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --no-cache-dir -r requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    GCVA_PRODUCTION=1 GCVA_VAR=/var/lib/gcva
RUN useradd --system --uid 10001 --home-dir /var/lib/gcva --create-home gcva
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
# the manifest of static files needs a key to load the settings, none of it stays in the image
RUN SECRET_KEY=only-while-the-image-is-built python manage.py collectstatic --no-input --verbosity 0
USER gcva
VOLUME /var/lib/gcva
EXPOSE 8000
CMD ["gunicorn", "gcva.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", \
     "--workers", "2", "--threads", "8", "--no-control-socket"]
