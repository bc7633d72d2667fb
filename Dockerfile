# Two stages: wheels are built in the first, and only what runs goes into the second. It serves and indexes;
# texts are added where content/ is edited (extra `import`).
FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml setup.py requirements.lock README.md LICENSE ./
COPY app app
COPY deploy/compile.py deploy/
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir -c requirements.lock '.[fast,dict,zh,anki,cards,edit,postgres]' \
 && /venv/bin/pip uninstall -y meipi
# The rules for speakers as C: annotating takes two thirds of the time.
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev \
 && /venv/bin/pip install --no-cache-dir -c requirements.lock --target /tools 'mypy[mypyc]' \
 && PYTHONPATH=/tools /venv/bin/python deploy/compile.py \
 && /venv/bin/pip uninstall -y setuptools pip

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin meipi \
 && install -d -o meipi /var/lib/meipi
WORKDIR /srv/meipi
COPY --from=build /venv /venv
# with the catalogues and the rules that the build has compiled; the rules' library lies beside app
COPY --from=build /src/app app
COPY --from=build /src/*.so ./
COPY templates templates
COPY static static
COPY content content
# Compile now: later the file system may be read-only, and only root may write here.
RUN /venv/bin/python -m compileall -q app
# The root file system may be read-only: everything written goes to /var/lib/meipi.
# Two arenas keep the memory of many threads together: a worker that follows edits is some MB smaller.
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 MALLOC_ARENA_MAX=2 \
    MEIPI_CONTENT=/srv/meipi/content MEIPI_VAR=/var/lib/meipi
USER meipi
VOLUME /var/lib/meipi
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=30s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["sh", "-c", "python -m app index; exec python -m app serve --host 0.0.0.0 --port 8000 --workers ${WORKERS:-2}"]
