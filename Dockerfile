# The manager's image, for those who build it with a container engine: a static binary, nothing else, not root. A release
# publishes the image of "make image-layout", which has the same file.
FROM --platform=$BUILDPLATFORM golang:1.26.8@sha256:6c2a5538f964f1c82f97ad14988bf05de100d922d159d0e398b54c7b0ca0c6c9 AS builder
ARG TARGETOS
ARG TARGETARCH
WORKDIR /workspace

# Modules first: this layer is built again only when they change.
COPY go.mod go.sum ./
RUN go mod download

COPY api/ api/
COPY cmd/ cmd/
COPY controllers/ controllers/

# TARGETARCH is empty unless the builder sets it; Go then builds for the builder's own platform.
# VERSION stands down here so that a new one leaves the layers above as they are.
ARG VERSION=dev
RUN CGO_ENABLED=0 GOOS=${TARGETOS:-linux} GOARCH=${TARGETARCH} \
    go build -mod=readonly -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" \
    -o manager ./cmd/manager

# Certificates and time zones are not needed: the operator talks to the API server only, and trusts the certificate
# authority of its ServiceAccount.
FROM scratch
COPY --from=builder /workspace/manager /manager
USER 65532:65532
ENTRYPOINT ["/manager"]
