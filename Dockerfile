# The runtime: one image, every verb of `tradewinds`. `make images` fetches the packages first.
# It runs as a user without a name, on a read-only root; what it keeps goes to mounted folders.
ARG BASE=python:3.13-slim-trixie

FROM ${BASE} AS build
ARG PYTHON_VERSION=3.13
COPY scripts/image_install.py scripts/image_sbom.py /build/
COPY dist/packages/tradewinds /build/packages
RUN python3 /build/image_install.py /build/packages ${PYTHON_VERSION} \
 && python3 /build/image_sbom.py /licenses/sbom.json tradewinds \
 && /opt/tradewinds/bin/tradewinds --help >/dev/null \
 && /opt/tradewinds/bin/python3 -c 'import pyarrow.dataset, pyarrow.parquet'

FROM ${BASE}
COPY LICENSE /licenses/
COPY --from=build /licenses/sbom.json /licenses/
COPY --from=build /opt/tradewinds /opt/tradewinds
ENV PATH=/opt/tradewinds/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 65532:65532
ENTRYPOINT ["tradewinds"]
