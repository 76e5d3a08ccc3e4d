# Helios with all that it needs, for batch engines: `docker build -t helios .`. Renders as a user of its own, with Chromium's sandbox.
# The sandbox needs user namespaces: where the default seccomp profile forbids them, run with
# --security-opt seccomp=unconfined, or a profile that allows clone and unshare.
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked --package helios-cli

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends chromium chromium-sandbox chromium-headless-shell ffmpeg ca-certificates \
    fontconfig fonts-liberation fonts-dejavu-core fonts-noto-core fonts-noto-color-emoji fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/* \
 && fc-cache --force \
 && useradd --create-home --uid 1000 helios \
 && install --directory --owner helios --group helios /job
COPY --from=build /src/target/release/helios /usr/bin/helios
# A number: Kubernetes cannot tell whether a name is root's.
USER 1000:1000
WORKDIR /job
ENTRYPOINT ["/usr/bin/helios"]
CMD ["--help"]
