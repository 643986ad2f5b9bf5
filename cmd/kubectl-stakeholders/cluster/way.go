/*
Copyright 2026 The stakeholder-operator authors.

Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and
limitations under the License.
*/

package cluster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// wayProblem says what is wrong on the way to the API server and what to do, or "" if the way is not the problem.
func (c *Cluster) wayProblem(err error) string {
	if problem := c.certificateProblem(err); problem != "" {
		return problem
	}
	var dns *net.DNSError
	var refused *net.OpError
	var noTLS tls.RecordHeaderError
	text := firstLine(withoutURL(err))
	_, plugin, isPlugin := strings.Cut(text, "getting credentials: ")
	switch {
	case isPlugin:
		return pluginProblem(strings.TrimPrefix(plugin, "exec: executable "))
	case errors.As(err, &refused) && refused.Op == "proxyconnect":
		return "the proxy " + c.proxy() + " does not answer: " + refused.Err.Error() + ". " + checkProxy
	case errors.As(err, &dns) && dns.IsNotFound:
		return "there is no host " + dns.Name + ". Check the server of --context, and whether this network knows it"
	case errors.Is(err, syscall.ECONNREFUSED):
		return c.Server + " refuses the connection. Check --context, the host and the port, and whether the cluster runs" + c.orFiles
	case errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &noTLS):
		return c.Server + " does not speak HTTPS. Check the port, or write http:// in --server or in the kubeconfig"
	case apierrors.IsBadRequest(err) && strings.Contains(page(err), "HTTPS"):
		return c.Server + " speaks only HTTPS. Write https:// in --server or in the kubeconfig"
	case strings.HasPrefix(text, "serializer for "):
		return c.noAPIServer()
	}
	return c.silence(err, text)
}

// silence says that there is no answer, or "" if there is one.
func (c *Cluster) silence(err error, text string) string {
	switch {
	case isTimeout(err), apierrors.IsServiceUnavailable(err), apierrors.IsServerTimeout(err), apierrors.IsTimeout(err):
		return c.Server + " does not answer: " + text + ". Check --context" + c.orFiles
	case !isRequestFailure(err):
		return ""
	case c.proxy() != "":
		return "cannot reach " + c.Server + " by the proxy " + c.proxy() + ": " + text + ". " + checkProxy
	default:
		return "cannot reach " + c.Server + ": " + text + ". Check --context" + c.orFiles
	}
}

// pluginProblem says why there are no credentials.
func pluginProblem(problem string) string {
	if name, isMissing := strings.CutSuffix(problem, " not found"); isMissing {
		return "the credential plugin " + name + " of your user is not installed. Install it, or choose another user with --context"
	}
	return "the credential plugin of your user fails: " + problem + ". Log in again, or choose another user with --context"
}

// noAPIServer says that a server answers, but not as an API server does.
func (c *Cluster) noAPIServer() string {
	return c.Server + " is no Kubernetes API server. Check the host, the port and the path of the server in --context"
}

// page is the answer of a server that is no API server, such as a web page.
func page(err error) string {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil {
		return ""
	}
	for _, cause := range status.Status().Details.Causes {
		if cause.Type == metav1.CauseTypeUnexpectedServerResponse {
			return cause.Message
		}
	}
	return ""
}

const checkProxy = "Check HTTPS_PROXY, NO_PROXY and the proxy-url in the kubeconfig"

// certificateProblem says why client and server do not trust each other.
func (c *Cluster) certificateProblem(err error) string {
	var authority x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var host x509.HostnameError
	var remote *net.OpError
	switch {
	case errors.As(err, &authority):
		return "the certificate of " + c.Server + " comes from an authority that the kubeconfig does not name. Check --context, or correct certificate-authority in the kubeconfig"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the certificate of " + c.Server + " is not valid now: " + invalid.Detail + ". Check the clock of this machine, or ask an admin of the cluster for a new certificate"
	case errors.As(err, &host):
		return "the certificate of " + c.Server + " is for another host: " + firstLine(host) + ". Check the server of --context, or set tls-server-name in the kubeconfig"
	case errors.As(err, &remote) && remote.Op == "remote error":
		return c.Server + " refuses your client certificate: " + remote.Err.Error() + ". Log in again, or choose another user with --context"
	}
	return ""
}

// isTimeout reports whether the API server does not answer in time.
func isTimeout(err error) bool {
	var network net.Error
	return errors.As(err, &network) && network.Timeout() || errors.Is(err, context.DeadlineExceeded)
}

// isRequestFailure reports whether there is no answer to a request at all.
func isRequestFailure(err error) bool {
	var failed *url.Error
	var network net.Error
	return errors.As(err, &failed) || errors.As(err, &network)
}

// proxy is the URL of the proxy to the API server, without a password, or "".
func (c *Cluster) proxy() string {
	server, err := url.Parse(c.Server)
	if err != nil {
		return ""
	}
	find := c.config.Proxy
	if find == nil {
		find = http.ProxyFromEnvironment
	}
	proxy, err := find(&http.Request{URL: server})
	if err != nil || proxy == nil {
		return ""
	}
	return proxy.Redacted()
}

// withoutURL removes the method and the URL from an error of the way to the API server, because they are long.
func withoutURL(err error) error {
	if requested, ok := errors.AsType[*url.Error](err); ok {
		return requested.Err
	}
	return err
}
