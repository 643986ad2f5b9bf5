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

package cluster_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/client-go/rest"

	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
)

// noServer is an address at which nothing listens.
const noServer = "127.0.0.1:1"

// wayCase is something wrong on the way to an API server.
type wayCase struct {
	reason string
	// cluster and user of the kubeconfig.
	cluster, user string
	dial          func(context.Context, string, string) (net.Conn, error)
	// want is the error without what the command tried. SERVER stands for the server of the kubeconfig.
	want string
}

const (
	token     = "{token: secret}"
	noUser    = "{}"
	forbidden = `stakeholdermaps.stakeholders.dev "checkout" is forbidden: User %q cannot get resource "stakeholdermaps" in API group "stakeholders.dev" in the namespace "payments"`
)

func TestWayToServer(t *testing.T) {
	t.Parallel()
	secure, plain := serveTLS(t, &tls.Config{}, http.NotFound), httptest.NewServer(status(http.StatusProxyAuthRequired))
	t.Cleanup(plain.Close)
	checkWay(t, map[string]wayCase{
		"wrong port": {
			"", server("https://" + noServer), token, nil,
			"SERVER refuses the connection. Check --context, the host and the port, and whether the cluster runs, or use -f to read files",
		},
		"no DNS name": {
			"", server("https://api.example:6443"), token, func(context.Context, string, string) (net.Conn, error) {
				return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "api.example", IsNotFound: true}}
			},
			"there is no host api.example. Check the server of --context, and whether this network knows it",
		},
		"unknown authority": {
			"", server(secure.URL), token, nil,
			"the certificate of SERVER comes from an authority that the kubeconfig does not name. Check --context, or correct certificate-authority in the kubeconfig",
		},
		"wrong host": {
			"", trusted(secure, "tls-server-name: api.internal"), token, nil,
			"the certificate of SERVER is for another host: x509: certificate is valid for example.com, *.example.com, not api.internal. " +
				"Check the server of --context, or set tls-server-name in the kubeconfig",
		},
		"expired certificate": {
			"", trusted(serveTLS(t, &tls.Config{Certificates: []tls.Certificate{expired(t)}}, http.NotFound), ""), token, nil,
			"the certificate of SERVER is not valid now: ",
		},
		"client certificate": {
			"The server wants one", trusted(serveTLS(t, &tls.Config{ClientAuth: tls.RequireAnyClientCert}, http.NotFound), ""), token, nil,
			"SERVER refuses your client certificate: tls: certificate required. Log in again, or choose another user with --context",
		},
		"http to an https port": {
			"", server(strings.Replace(secure.URL, "https", "http", 1)), token, nil,
			"SERVER speaks only HTTPS. Write https:// in --server or in the kubeconfig",
		},
		"https to an http port": {
			"", server(strings.Replace(plain.URL, "http", "https", 1)), token, nil,
			"SERVER does not speak HTTPS. Check the port, or write http:// in --server or in the kubeconfig",
		},
		"https to another protocol": {
			"", server("https://" + serveText(t, "SSH-2.0-OpenSSH_9.9\r\n")), token, nil,
			"SERVER does not speak HTTPS. Check the port, or write http:// in --server or in the kubeconfig",
		},
		"no proxy": {
			"The password stays secret", trusted(secure, "proxy-url: http://dana:secret@"+noServer), token, nil,
			"the proxy http://dana:xxxxx@" + noServer + " does not answer: dial tcp " + noServer + ": connect: connection refused. " +
				"Check HTTPS_PROXY, NO_PROXY and the proxy-url in the kubeconfig",
		},
		"a proxy that refuses": {
			"", trusted(secure, "proxy-url: "+plain.URL), token, nil,
			"cannot reach SERVER by the proxy " + plain.URL + ": Proxy Authentication Required. Check HTTPS_PROXY, NO_PROXY and the proxy-url in the kubeconfig",
		},
	})
}

func TestAnswersOfServer(t *testing.T) {
	t.Parallel()
	unauthorized := answering(t, refuse(http.StatusUnauthorized, metav1.StatusReasonUnauthorized, "Unauthorized"))
	plugin := filepath.Join(t.TempDir(), "plugin")
	if err := os.WriteFile(plugin, []byte("#!/bin/sh\nexit 3\n"), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	const notFound = "SERVER is no Kubernetes API server. Check the host, the port and the path of the server in --context"
	checkWay(t, map[string]wayCase{
		"expired credentials": {
			"", unauthorized, token, nil, "SERVER does not know who you are. Log in again, or choose another user with --context",
		},
		"no credentials": {
			"", unauthorized, noUser, nil, "SERVER needs to know who you are, but the kubeconfig selects no user. Choose one with --user or --context",
		},
		"no right": {
			"", answering(t, refuse(http.StatusForbidden, metav1.StatusReasonForbidden, fmt.Sprintf(forbidden, "dana"))), token, nil,
			"dana may not get stakeholdermaps.stakeholders.dev in namespace payments. Ask an admin of the namespace for this right, or choose another user with --context",
		},
		"no right to impersonate": {
			"The API server names the last of several verbs that it has tried", answering(t, refuse(http.StatusForbidden, metav1.StatusReasonForbidden,
				strings.Replace(fmt.Sprintf(forbidden, "dana"), "cannot get", "cannot impersonate-on:user-info:get", 1))), token, nil,
			"dana may not impersonate the user of --as. Ask an admin of the cluster for this right, or leave out --as",
		},
		"no right without credentials": {
			"", answering(t, refuse(http.StatusForbidden, metav1.StatusReasonForbidden, fmt.Sprintf(forbidden, "system:anonymous"))), noUser, nil,
			"you are not logged in, and system:anonymous may not get stakeholdermaps.stakeholders.dev in namespace payments. Choose a user with --context or --user",
		},
		"a refusal without a text": {
			"", answering(t, status(http.StatusForbidden)), token, nil,
			"the server refuses it and gives no reason (get stakeholdermaps.stakeholders.dev checkout). Check --context, and whether a proxy is in the way",
		},
		"a plugin that is missing": {
			"The hint of client-go has several lines", unauthorized, exec("none-such"), nil,
			"the credential plugin none-such of your user is not installed. Install it, or choose another user with --context",
		},
		"a plugin that fails": {
			"", unauthorized, exec(plugin), nil,
			"the credential plugin of your user fails: " + plugin + " failed with exit code 3. Log in again, or choose another user with --context",
		},
		"a web page": {
			"", answering(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				_, _ = w.Write([]byte("<html>\n<body>Log in</body></html>"))
			}), token, nil, notFound,
		},
		"not found": {"", answering(t, http.NotFound), token, nil, notFound},
		"away": {
			"", answering(t, status(http.StatusServiceUnavailable)), token, nil,
			"SERVER does not answer: the server is currently unable to handle the request",
		},
	})
}

// checkWay asks for a map in each case.
func checkWay(t *testing.T, cases map[string]wayCase) {
	t.Helper()
	for name, tc := range cases {
		flags := genericclioptions.NewConfigFlags(true)
		*flags.KubeConfig = writeFile(t, fmt.Sprintf("{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c, user: u}}],\n"+
			"clusters: [{name: c, cluster: %s}],\nusers: [{name: u, user: %s}]}", tc.cluster, tc.user))
		var server string
		flags.WrapConfigFn = func(config *rest.Config) *rest.Config {
			server, config.Dial = config.Host, tc.dial
			return config
		}
		c, err := cluster.Connect(flags, true, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_, err = c.FindMap(t.Context(), "payments/checkout")
		_, got, _ := strings.Cut(fmt.Sprint(err), ": ")
		if want := strings.ReplaceAll(tc.want, "SERVER", server); failure.Code(err) != failure.CodeCluster || !strings.HasPrefix(got, want) || strings.Contains(got, "\n") {
			t.Errorf("%s: %s: code %d\n got %s\nwant %s", name, tc.reason, failure.Code(err), got, want)
		}
	}
}

// server is a cluster of a kubeconfig.
func server(url string) string { return fmt.Sprintf("{server: %q}", url) }

// exec is a user of a kubeconfig whose credentials come from a program.
func exec(command string) string {
	return fmt.Sprintf(`{exec: {apiVersion: client.authentication.k8s.io/v1, command: %q, interactiveMode: Never, installHint: "Install it\nfrom there"}}`, command)
}

// trusted is a cluster of a kubeconfig with the certificate of the server, and more.
func trusted(server *httptest.Server, more string) string {
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	return fmt.Sprintf("{server: %q, certificate-authority-data: %q, %s}", server.URL, base64.StdEncoding.EncodeToString(authority), more)
}

// answering starts a server, and returns it as a cluster of a kubeconfig.
func answering(t *testing.T, handle http.HandlerFunc) string {
	t.Helper()
	return trusted(serveTLS(t, &tls.Config{}, handle), "")
}

func serveTLS(t *testing.T, config *tls.Config, handle http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(handle)
	server.TLS, server.Config.ErrorLog = config, log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

// serveText starts a server that answers everything with a text, and returns its address.
func serveText(t *testing.T, text string) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			// The client's first record is read as a whole: an early end would reset the connection.
			_, _ = conn.Read(make([]byte, 16<<10))
			_, _ = io.WriteString(conn, text)
			_ = conn.Close()
		}
	}()
	return listener.Addr().String()
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// expired returns a certificate that was valid until yesterday.
func expired(t *testing.T) tls.Certificate {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().AddDate(0, 0, -1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	content, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{content}, PrivateKey: private}
}
