# One image for every program: conduct, serve, admin, work, migrate. Which one runs is the command.
#
# The tag may be pinned further: python:3.11.14-slim-trixie@sha256:… (deploy/README.md says how).
# 3.11 is the version the tests run under; change both together.
# Never built where this was written (no docker engine there): its steps were done by hand, and
# tests/deploy reads it.

FROM python:3.11.14-slim-trixie AS libraries
WORKDIR /build
COPY deploy/production_lock.py amphi/locks/run.lock ./
# A mirror of the packages goes in as a build secret, so that its address and its password stay out
# of the image: docker build --secret id=pip_conf,src=pip.conf …
RUN --mount=type=secret,id=pip_conf,target=/etc/pip.conf \
    python production_lock.py run.lock > production.lock \
    && python -m venv /opt/amphi \
    && /opt/amphi/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps \
        --only-binary :all: --require-hashes -r production.lock \
    && /opt/amphi/bin/python -m pip uninstall --yes pip setuptools

FROM python:3.11.14-slim-trixie
RUN groupadd --system --gid 10001 amphi \
    && useradd --system --uid 10001 --gid amphi --no-create-home --home-dir /nonexistent amphi
# AMPHI_NO_BOOTSTRAP: the environment is this image; `python -m amphi` must not make one of its own.
ENV PATH=/opt/amphi/bin:$PATH \
    AMPHI_NO_BOOTSTRAP=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
COPY --from=libraries /opt/amphi /opt/amphi
WORKDIR /srv/amphi
COPY amphi amphi
COPY admin_api admin_api
COPY workers workers
COPY deploy/connected.py deploy/connected.py
RUN python -m compileall -q amphi admin_api workers deploy
USER 10001:10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "amphi"]
