# Hearth in a container: one executable, no shell, a user without rights, one volume.
#
#   docker build -t hearth .
#   docker run -d --name hearth -p 8080:8080 -v hearth:/data --ulimit nofile=65536 -e HEARTH_PUBLIC_URL=http://localhost:8080 hearth
#   docker logs hearth                                  the set-up link, once
#   docker exec -it hearth /hearth admin list           chores, while it runs
#   docker run --rm -v hearth:/data hearth check        commands for a server that is stopped

FROM rust:1.91-slim-bookworm AS build
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY src ./src
COPY benches ./benches
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/build/target \
    cargo build --locked --release --bin hearth && cp target/release/hearth /hearth
# A new volume takes owner and mode from here.
RUN mkdir -m 0700 /data

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /hearth /hearth
COPY --from=build --chown=65532:65532 /data /data
ENV HEARTH_DATA=/data HEARTH_LISTEN=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
USER 65532:65532
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 CMD ["/hearth", "health"]
ENTRYPOINT ["/hearth"]
CMD ["serve"]
