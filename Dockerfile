# The runtime: one image, every verb of `tradewinds`. `make images` builds the wheels first.
# It runs as a user without a name, on a read-only root; what it keeps goes to mounted folders.
ARG BASE=python:3.13-slim-trixie

FROM ${BASE} AS build
COPY requirements-runtime.txt /build/
RUN python3 -m venv /opt/tradewinds \
 && /opt/tradewinds/bin/pip install --no-cache-dir --require-hashes --requirement /build/requirements-runtime.txt
COPY dist /build/dist
RUN /opt/tradewinds/bin/pip install --no-cache-dir --no-deps --no-index /build/dist/*.whl \
 && /opt/tradewinds/bin/python -m compileall -q /opt/tradewinds/lib

FROM ${BASE}
COPY LICENSE /licenses/
COPY --from=build /opt/tradewinds /opt/tradewinds
ENV PATH=/opt/tradewinds/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 65532:65532
ENTRYPOINT ["tradewinds"]
