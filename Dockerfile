# The manager's image: a static binary, nothing else, not root.
# GO_IMAGE may name the same image on another registry.
ARG GO_IMAGE=golang:1.26.8
FROM ${GO_IMAGE} AS builder
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

FROM gcr.io/distroless/static:nonroot
WORKDIR /
COPY --from=builder /workspace/manager .
USER 65532:65532
ENTRYPOINT ["/manager"]
