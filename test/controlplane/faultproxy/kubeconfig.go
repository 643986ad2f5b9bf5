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

package faultproxy

import (
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// errCertificate is why some clients cannot use the proxy.
var errCertificate = errors.New("a client certificate does not get through a proxy, use a token")

// Config is a copy of config that connects through the proxy. It must have a token and no client certificate, because
// the proxy cannot present a certificate to the API server.
func (p *Proxy) Config(config *rest.Config) (*rest.Config, error) {
	if len(config.CertData) > 0 || config.CertFile != "" {
		return nil, errCertificate
	}
	proxied := rest.CopyConfig(config)
	proxied.Host = p.server.URL
	proxied.TLSClientConfig = rest.TLSClientConfig{CAData: p.authority()}
	return proxied, nil
}

// Kubeconfig writes a copy of the kubeconfig at path that connects through the proxy, and returns its path: a file next
// to it, different for each proxy. Like the configuration for Config, it must have a token.
func (p *Proxy) Kubeconfig(path string) (string, error) {
	config, err := clientcmd.LoadFromFile(path)
	if err != nil {
		return "", fmt.Errorf("kubeconfig: %w", err)
	}
	for name, user := range config.AuthInfos {
		if len(user.ClientCertificateData) > 0 || user.ClientCertificate != "" {
			return "", fmt.Errorf("kubeconfig of %s: %w", name, errCertificate)
		}
	}
	for _, cluster := range config.Clusters {
		cluster.Server = p.server.URL
		cluster.CertificateAuthorityData, cluster.CertificateAuthority = p.authority(), ""
		cluster.InsecureSkipTLSVerify, cluster.TLSServerName = false, ""
	}
	address, err := url.Parse(p.server.URL)
	if err != nil {
		return "", err
	}
	proxied := strings.TrimSuffix(path, ".kubeconfig") + "-by-" + address.Port() + ".kubeconfig"
	if err := clientcmd.WriteToFile(*config, proxied); err != nil {
		return "", fmt.Errorf("kubeconfig: %w", err)
	}
	return proxied, nil
}

// authority is the certificate by which clients recognise the proxy.
func (p *Proxy) authority() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.server.Certificate().Raw})
}
